import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type AdmittedCall, type KeyRestrictions, ManualClock, NetworkList, type Principal, UnavailableError } from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { aKeyWith } from './api-key-input.js';
import { apiKeys } from './api-keys.collection.js';
import { ApiKeysService } from './api-keys.service.js';
import { compileEndpoints } from './endpoint-glob.js';
import { KeyRule } from './key-rule.js';
import { KeyUsage } from './key-usage.js';

let bench: IdentityBench;
let clock: ManualClock;
beforeAll(async () => {
  bench = await IdentityBench.open();
});
beforeEach(() => {
  clock = new ManualClock();
});
afterAll(() => bench?.close());

const aProcess = (change: object = {}) => {
  const usage = new KeyUsage({ mongo: bench.mongo, redis: bench.redis, clock, logger: bench.logger });
  return { usage, rule: new KeyRule({ usage, uses: bench.redis.useCounter('spec'), ...change }) };
};
const aCall = (restrictions?: KeyRestrictions, change: Partial<AdmittedCall> = {}, keyId = newId('key')): AdmittedCall => ({
  ip: '192.0.2.7',
  path: '/v1/messages/msg_1',
  route: '/v1/messages/:message_id',
  tenant: undefined,
  principal: { authType: 'api_key', subjectId: keyId, ...(restrictions && { restrictions }) } as Principal,
  ...change,
});
const codeOf = async (check: () => void | Promise<void>): Promise<unknown> => {
  try {
    await check();
    return 'ok';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('a key without bounds', () => {
  it('costs nothing that anybody waits for', () => {
    expect(aProcess().rule.check(aCall())).toBeUndefined();
  });
});

describe('a key with bounds', () => {
  it('is refused from other networks and for other endpoints', async () => {
    const { rule } = aProcess();
    const inside = new NetworkList(['192.0.2.0/24']);
    const allowsPath = compileEndpoints(['/messages/*']);
    if (allowsPath === undefined) throw new Error('these are not all endpoints');

    expect(await codeOf(() => rule.check(aCall({ networks: inside, allowsPath })))).toBe('ok');
    expect(await codeOf(() => rule.check(aCall({ networks: inside }, { ip: '203.0.113.1' })))).toBe('AUTH_IP_NOT_ALLOWED');
    expect(await codeOf(() => rule.check(aCall({ networks: inside }, { ip: '::ffff:192.0.2.9' })))).toBe('ok');
    expect(await codeOf(() => rule.check(aCall({ allowsPath }, { path: '/v1/users/usr_1' })))).toBe('AUTHZ_ENDPOINT_NOT_ALLOWED');
  });

  it('makes exactly as many requests as it may, in all processes together', async () => {
    const [one, two] = [aProcess(), aProcess()];
    const keyId = newId('key');
    const call = (process: typeof one) => codeOf(() => process.rule.check(aCall({ requests: { max: 5, used: 0 } }, {}, keyId)));

    const codes = await Promise.all(Array.from({ length: 12 }, (_, index) => call(index % 2 === 0 ? one : two)));

    expect(codes.filter((code) => code === 'ok')).toHaveLength(5);
    expect(codes.filter((code) => code === 'AUTH_KEY_EXHAUSTED')).toHaveLength(7);
  });

  it('is bounded by what this process knows while Redis is away', async () => {
    const uses = { take: () => Promise.reject(new UnavailableError('away')) };
    const { rule } = aProcess({ uses });
    const keyId = newId('key');
    const call = () => codeOf(() => rule.check(aCall({ requests: { max: 5, used: 3 } }, {}, keyId)));

    expect([await call(), await call(), await call()]).toEqual(['ok', 'ok', 'AUTH_KEY_EXHAUSTED']);
  });
});

describe('the usage of a key', () => {
  const aKey = async () => {
    const service = new ApiKeysService({ ...bench, peppers: [{ kid: 'k1', pepper: Buffer.alloc(32, 1) }] });
    const terms = aKeyWith({ name: 'Server', type: 'server', environment: 'live', scopes: ['*'] });
    return (await service.create(newTenantId(), terms, bySpec)).record;
  };

  it('is written once a minute, by one of the processes, and nothing of it is lost', async () => {
    const { key_id: keyId, __v: version } = await aKey();
    const processes = [aProcess(), aProcess(), aProcess()];
    const use = () => processes.forEach(({ rule }) => void rule.check(aCall(undefined, {}, keyId)));
    use();
    use();
    const before = await bench.operationsOn('api_keys');
    await Promise.all(processes.map(({ usage }) => usage.flush()));
    await Promise.all(processes.map(({ usage }) => usage.flush()));
    const writes = (await bench.operationsOn('api_keys')) - before;
    const first = await bench.mongo.platform(apiKeys).get(keyId, { readFrom: 'primary' });
    await Promise.all(processes.map(({ usage }) => usage.stop()));
    const last = await bench.mongo.platform(apiKeys).get(keyId, { readFrom: 'primary' });

    expect(writes).toBe(1);
    expect(first.audit).toMatchObject({
      total_requests: 2,
      last_used_ip: '192.0.2.7',
      last_used_endpoint: '/v1/messages/:message_id',
      last_used_at: new Date(clock.now()),
    });
    expect(last.audit.total_requests).toBe(6);
    expect(last.__v).toBe(version);
  });

  it('counts what was refused, with the reason', async () => {
    const { key_id: keyId } = await aKey();
    const { rule, usage } = aProcess();
    await codeOf(() => rule.check(aCall({ networks: new NetworkList(['203.0.113.0/24']) }, {}, keyId)));
    await usage.stop();

    expect((await bench.mongo.platform(apiKeys).get(keyId, { readFrom: 'primary' })).audit).toMatchObject({
      total_requests: 0,
      failed_requests: 1,
      last_failure_reason: 'AUTH_IP_NOT_ALLOWED',
    });
  });
});
