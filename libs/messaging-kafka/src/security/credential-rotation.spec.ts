import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@caas/runtime';
import { MemoryPublishedLogin, MemoryScram } from '../fixtures/memory-scram.fixture.js';
import { CredentialRotation } from './credential-rotation.js';
import { PublishedLoginFile } from './published-login.js';
import { monitorRights } from './service-rights.js';
import { type AclEntry } from './types.js';

const HOUR_MS = 3_600_000;
const logger = createLogger({ service: 'spec', level: 'silent' });

let users: MemoryScram;
let published: MemoryPublishedLogin;
let acls: readonly AclEntry[];
let now: number;
const rotation = (): CredentialRotation =>
  new CredentialRotation({ service: 'x', users, acls: { list: async () => acls }, published, clock: { now: () => now }, logger });
beforeEach(() => {
  users = new MemoryScram();
  published = new MemoryPublishedLogin();
  acls = monitorRights('x');
  now = 1_000_000_000_000;
});

describe('a rotation', () => {
  it('begins with slot a, then changes to the other slot each time, with another password', async () => {
    expect(await rotation().rotate()).toEqual({ service: 'x', to: 'service-x-a' });
    const first = published.login;
    expect(await rotation().rotate()).toEqual({ service: 'x', from: 'service-x-a', to: 'service-x-b' });
    await rotation().retire({ graceMs: 0 });
    expect(await rotation().rotate()).toEqual({ service: 'x', from: 'service-x-b', to: 'service-x-a' });

    expect(published.login).toEqual({ username: 'service-x-a', password: users.passwords.get('service-x-a') });
    expect(published.login?.password).not.toBe(first?.password);
    expect(Buffer.from(published.login?.password ?? '', 'base64url')).toHaveLength(32);
  });

  it('leaves the old user as it is, until it is retired', async () => {
    await rotation().rotate();
    await rotation().rotate();

    expect(await users.users()).toEqual(['service-x-a', 'service-x-b']);
  });

  it('is refused while the other user is not retired, since somebody may still be it', async () => {
    await rotation().rotate();
    await rotation().rotate();
    const before = published.login;

    await expect(rotation().rotate()).rejects.toThrow('service-x-a is not retired yet.');

    expect(published.login).toEqual(before);
  });

  it('publishes nothing that the brokers do not accept, and leaves no such user', async () => {
    await rotation().rotate();
    const before = published.login;
    users.isAway = true;

    await expect(rotation().rotate()).rejects.toThrow('Kafka did not accept the credentials.');

    expect(published.login).toEqual(before);
    expect(await users.users()).toEqual(['service-x-a']);
  });

  it('leaves no user whose password could not be published', async () => {
    published.write = () => Promise.reject(new Error('disk full'));

    await expect(rotation().rotate()).rejects.toThrow('disk full');

    expect(await users.users()).toEqual([]);
  });

  it.each<[what: string, rights: () => readonly AclEntry[]]>([
    ['has no rights', () => []],
    ['has other rights than the old one', () => monitorRights('x').slice(0, -1)],
  ])('is refused when the new user %s', async (_, rights) => {
    await rotation().rotate();
    acls = rights();

    await expect(rotation().rotate()).rejects.toThrow(
      'service-x-b has not the rights that the service needs. Run first: caas-admin acl apply',
    );

    expect(await users.users()).toEqual(['service-x-a']);
  });

  it('is refused when another service is published there', async () => {
    published.login = { username: 'service-y-a', password: 'pw' };

    await expect(rotation().rotate()).rejects.toThrow('service-y-a is published, which is none of the users of x.');
  });

  it('can be looked at without changing anything', async () => {
    expect(await rotation().plan()).toEqual({ service: 'x', to: 'service-x-a' });

    expect(await users.users()).toEqual([]);
    expect(published.login).toBeUndefined();
  });
});

describe('a retirement', () => {
  beforeEach(async () => {
    await rotation().rotate();
    await rotation().rotate();
    published.at = now;
  });

  it('waits for the grace', async () => {
    now += 23 * HOUR_MS;

    await expect(rotation().retire()).rejects.toThrow('service-x-a may still be in use: wait 60 more minutes, or name a shorter grace.');

    expect(await users.users()).toEqual(['service-x-a', 'service-x-b']);
  });

  it('deletes the user that is not published', async () => {
    now += 24 * HOUR_MS;

    expect(await rotation().retire({ dryRun: true })).toEqual({ service: 'x', retired: 'service-x-a', active: 'service-x-b' });
    expect(await users.users()).toEqual(['service-x-a', 'service-x-b']);
    expect(await rotation().retire()).toEqual({ service: 'x', retired: 'service-x-a', active: 'service-x-b' });
    expect(await rotation().retire()).toEqual({ service: 'x', active: 'service-x-b' });

    expect(await users.users()).toEqual(['service-x-b']);
  });

  it('is refused while nobody knows who is in use', async () => {
    published.login = undefined;

    await expect(rotation().retire()).rejects.toThrow('Nothing is published for x');
  });
});

describe('a published file', () => {
  it('is replaced as a whole and is for its owner only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'published-'));
    const file = new PublishedLoginFile(join(folder, 'x.json'));
    expect([await file.read(), await file.publishedAt()]).toEqual([undefined, undefined]);

    await file.write({ username: 'service-x-a', password: 'one' });
    await file.write({ username: 'service-x-b', password: 'two' });

    expect(await file.read()).toEqual({ username: 'service-x-b', password: 'two' });
    expect(JSON.parse(readFileSync(file.path, 'utf8'))).toEqual({ username: 'service-x-b', password: 'two' });
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(await file.publishedAt()).toBeGreaterThan(0);
    rmSync(folder, { recursive: true });
  });
});
