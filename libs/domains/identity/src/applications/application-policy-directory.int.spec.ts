import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { aPlainApplication } from '../fixtures/platform-documents.fixture.js';
import { IdentityBench } from '../fixtures/identity.fixture.js';
import { ApplicationDirectory } from './application-directory.js';
import { ApplicationPolicyDirectory } from './application-policy-directory.js';
import { applications } from './applications.collection.js';

let bench: IdentityBench;
let now = Date.now();

beforeAll(async () => {
  bench = await IdentityBench.open();
}, 120_000);
afterAll(() => bench.close());

function aDirectory(): ApplicationPolicyDirectory {
  const { mongo, redis } = bench;
  return new ApplicationPolicyDirectory({ applications: new ApplicationDirectory({ mongo, redis }), mongo, clock: { now: () => now } });
}

/** Stores an application with these origins. */
async function anApplication(origins: readonly string[], changes: Partial<typeof aPlainApplication> = {}): Promise<string> {
  const row = { ...aPlainApplication, ...changes, app_id: newId('app') };
  await bench.mongo.platform(applications).insert({ ...row, config: { ...row.config, allowed_origins: [...origins] } });
  return row.app_id;
}

describe('what the edge knows of applications', () => {
  it('is their limits and origins', async () => {
    const directory = aDirectory();
    const appId = await anApplication(['https://a.example.com']);
    const { api_calls_per_minute, messages_per_minute } = aPlainApplication.config.rate_limits;

    const policy = await directory.get(appId);

    expect(policy).toEqual({
      callsPerMinute: api_calls_per_minute,
      messagesPerMinute: messages_per_minute,
      allowedOrigins: ['https://a.example.com'],
    });
    expect(await directory.get(appId)).toEqual(policy);
    expect(await directory.get(newId('app'))).toBeUndefined();
  });

  it('leaves out origins without HTTPS in production only', async () => {
    const directory = aDirectory();
    const origins = ['http://localhost:3000', 'https://b.example.com'];
    const [live, test] = [await anApplication(origins), await anApplication(origins, { environment: 'development' })];

    expect((await directory.get(live))?.allowedOrigins).toEqual(['https://b.example.com']);
    expect((await directory.get(test))?.allowedOrigins).toEqual(origins);
  });

  it('tells which origins any active application allows, read once a minute', async () => {
    const directory = aDirectory();
    await anApplication(['https://c.example.com', 'https://*.shops.example.com']);
    await anApplication(['https://gone.example.com'], { status: 'disabled', disabled_at: new Date(now) });
    const before = await bench.operationsOn(applications.name);

    const asked = ['https://c.example.com', 'https://x.shops.example.com', 'https://gone.example.com', 'https://evil.org'];
    const answers = await Promise.all(asked.map(async (origin) => directory.allowsOrigin(origin)));
    await anApplication(['https://late.example.com']);
    const [early, reads] = [directory.allowsOrigin('https://late.example.com'), (await bench.operationsOn(applications.name)) - before - 1];
    now += 60_001;

    expect(answers).toEqual([true, true, false, false]);
    expect([early, reads]).toEqual([false, 1]);
    expect(await directory.allowsOrigin('https://late.example.com')).toBe(true);
  });
});
