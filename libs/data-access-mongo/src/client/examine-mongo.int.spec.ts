import { afterEach, describe, expect, it } from '@jest/globals';
import { TcpProxy } from '@caas/testing/network';
import { aLoginRelay } from '../fixtures/login.fixture.js';
import { aMember } from '../fixtures/member.fixture.js';
import { serverUri } from '../fixtures/server.fixture.js';
import { examineMongo, type MongoExamination } from './examine-mongo.js';
import { type MongoConfig } from './mongo-config.js';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => void (await Promise.all(opened.splice(0).map((one) => one.close()))));
function closing<Closable extends { close(): Promise<void> }>(one: Closable): Closable {
  opened.push(one);
  return one;
}

const examine = (
  uri: string,
  { timeoutMs = 20_000, ...more }: { timeoutMs?: number } & Partial<MongoConfig> = {},
): Promise<MongoExamination> => examineMongo({ config: { MONGODB_URI: uri, NODE_ENV: 'test', ...more }, appName: 'caas-spec', timeoutMs });

describe('looking at MongoDB', () => {
  it('tells its members, who takes writes, and its time', async () => {
    const { members, primary, latencyMs, clock, fault } = await examine(serverUri());

    expect(fault).toBeUndefined();
    expect(members.map(({ address }) => address)).toContain(primary);
    expect(latencyMs).toBeGreaterThanOrEqual(0);
    expect(Math.abs(clock?.skewMs ?? Infinity)).toBeLessThan(60_000);
  });

  it('names a wrong password, and does not repeat it', async () => {
    const relay = closing(await aLoginRelay(serverUri(), { app: 'right' }));
    const login = { MONGO_APP_USER: 'app', MONGO_APP_PASSWORD: 'guessed' };

    const examination = await examine(relay.uri, login);

    expect(examination.fault).toEqual({ kind: 'access_refused', said: 'Authentication failed.' });
    expect(JSON.stringify(examination)).not.toContain('guessed');
    expect((await examine(relay.uri, { ...login, MONGO_APP_PASSWORD: 'right' })).fault).toBeUndefined();
  });

  it('names a server that is not there', async () => {
    const proxy = closing(await TcpProxy.to(serverUri()));
    await proxy.cut();

    expect(await examine(proxy.url, { timeoutMs: 200 })).toMatchObject({
      fault: { kind: 'unreachable' },
      members: [{ address: `127.0.0.1:${proxy.port}`, type: 'Unknown', fault: { kind: 'unreachable' } }],
    });
  });

  it('names a server that does not answer', async () => {
    const proxy = closing(await TcpProxy.to(serverUri()));
    proxy.hold();

    expect(await examine(proxy.url, { timeoutMs: 200 })).toMatchObject({ fault: { kind: 'no_answer' } });
  });

  it('knows a replica set without a primary from one that is away, and which member is down', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000);
    const proxy = closing(await TcpProxy.to(serverUri()));
    const down = `127.0.0.1:${proxy.port}`;
    await proxy.cut();
    const secondary = closing(
      await aMember((me) => ({ setName: 'rs', secondary: true, me, hosts: [me, down], localTime: hourAgo, isWritablePrimary: false })),
    );

    const { fault, primary, members, clock } = await examine(`mongodb://${secondary.address}/?replicaSet=rs`);

    expect(fault).toBeUndefined();
    expect(primary).toBeUndefined();
    expect(members).toEqual(
      expect.arrayContaining([
        { address: secondary.address, type: 'RSSecondary' },
        { address: down, type: 'Unknown', fault: expect.objectContaining({ kind: 'unreachable' }) },
      ]),
    );
    expect(clock?.skewMs).toBeLessThan(-3_500_000);
  });

  it('names an address that cannot be read', async () => {
    expect(await examine('mongodb://')).toMatchObject({ fault: { kind: 'failed' }, members: [] });
  });
});
