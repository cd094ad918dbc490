import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, type Login } from '@caas/runtime';
import { CredentialFile } from './credential-file.js';

const logger = createLogger({ service: 'spec', level: 'silent' });
const slot = (name: 'a' | 'b'): Login => ({ username: `service-x-${name}`, password: `pw-${name}` });

let folder: string;
let path: string;
const write = (content: unknown): void => writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  path = join(folder, 'login.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file of credentials', () => {
  it('is read at once, and refused by name when it holds none', () => {
    write(slot('a'));

    expect(new CredentialFile({ path, logger }).login).toEqual(slot('a'));
    write('{}');
    expect(() => new CredentialFile({ path, logger })).toThrow(`There are no credentials in ${path}.`);
  });

  it('hands over each new content once', async () => {
    write(slot('a'));
    const file = new CredentialFile({ path, logger });
    const used: Login[] = [];
    const use = async (login: Login): Promise<void> => void used.push(login);

    await file.look(use);
    write(slot('b'));
    await file.look(use);
    await file.look(use);

    expect(used).toEqual([slot('b')]);
    expect(file.login).toEqual(slot('b'));
  });

  it('keeps the old ones while the file is half written or gone', async () => {
    write(slot('a'));
    const file = new CredentialFile({ path, logger });
    const use = async (): Promise<void> => {
      throw new Error('was used');
    };

    write('{"username":"service-x-b","pass');
    await file.look(use);
    rmSync(path);
    await file.look(use);

    expect(file.login).toEqual(slot('a'));
  });

  it('hands over again what was not accepted', async () => {
    write(slot('a'));
    const file = new CredentialFile({ path, logger });
    write(slot('b'));

    await file.look(() => Promise.reject(new Error('refused')));
    expect(file.login).toEqual(slot('a'));
    await file.look(async () => undefined);

    expect(file.login).toEqual(slot('b'));
  });

  it('looks by itself until it is closed', async () => {
    write(slot('a'));
    const file = new CredentialFile({ path, logger, intervalMs: 1 });
    const handed = new Promise<Login>((resolve) => file.watch(async (login) => resolve(login)));

    write(slot('b'));

    expect(await handed).toEqual(slot('b'));
    file.close();
  });
});
