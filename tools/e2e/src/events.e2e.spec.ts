import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stack } from '@caas/testing/stack';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog, type SeenEvent } from './support/event-log.fixture.js';
import { expectKcatReads, loginOf, noKcat } from './support/kcat.fixture.js';
import { type SpecTenant, System } from './support/system.fixture.js';
import { waitUntil } from '@caas/testing/processes';

const withoutKcat = noKcat() ?? (stack().kafka.logins === undefined ? 'a cluster of somebody else has no users of ours' : undefined);
if (withoutKcat !== undefined) console.log(`skipped, kcat: ${withoutKcat}`);

describe('what changes', () => {
  let system: System;
  let log: EventLog;
  let tenant: SpecTenant;
  let worker: Awaited<ReturnType<System['startWorker']>>;

  beforeAll(async () => {
    system = await System.start({ worker: false });
    worker = await system.startWorker();
    log = await EventLog.follow();
    tenant = await system.tenant();
  });
  afterAll(async () => {
    await log?.end();
    await system?.stop();
  });

  const seen = (what: string, isIt: (event: SeenEvent) => boolean): Promise<SeenEvent> =>
    waitUntil(what, () => log.of(tenant.tenantId).find(isIt), { timeoutMs: 60_000 });

  it('is told once, with its key and envelope: a user who is created over HTTP', async () => {
    const created = await tenant.api.call<{ user_id: string; created_at: string }>('POST', '/v1/users', {
      body: { external_id: 'ada', display_name: 'Ada', email: 'ada@example.com' },
      headers: { 'x-request-id': 'req-of-ada' },
    });
    const { user_id } = created.body;

    const event = await seen('user.created', ({ type }) => type === 'user.created');
    // Somebody who is created later is told of later: had there been a second event of the first one, it would be there.
    const other = await tenant.api.user('Grace');
    await seen('the next user', ({ key }) => key === other.user_id);

    expect(log.of(tenant.tenantId).filter(({ key }) => key === user_id)).toHaveLength(1);
    expect([event.topic, event.key]).toEqual(['chat.events.shared', user_id]);
    expect(event.envelope).toEqual({
      id: event.id,
      type: 'user.created',
      version: '1.0.0',
      timestamp: expect.any(Number),
      tenant_id: tenant.tenantId,
      source: 'gateway',
      application_id: expect.stringMatching(/^app_/u),
      correlation_id: 'req-of-ada',
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/u),
      payload: {
        user_id,
        external_user_id: 'ada',
        display_name: 'Ada',
        created_by: expect.stringMatching(/^key_/u),
        created_at: expect.any(Number),
      },
      metadata: {},
    });
    expect(event.headers).toMatchObject({
      event_id: event.id,
      event_type: 'user.created',
      tenant_id: tenant.tenantId,
      correlation_id: 'req-of-ada',
    });
  });

  it('is told in the order of the tenant: what comes with a new one, and never its key', async () => {
    await seen('the first key', ({ type }) => type === 'api_key.created');

    const told = log.of(tenant.tenantId).filter(({ topic }) => topic === 'platform.events');

    expect(told.map(({ key, type }) => [key, type])).toEqual([
      [tenant.tenantId, 'application.created'],
      [tenant.tenantId, 'tenant.provisioned'],
      [tenant.tenantId, 'api_key.created'],
    ]);
    expect(told[1]?.envelope.payload).toEqual({
      tenant_id: tenant.tenantId,
      operation_id: expect.stringMatching(/^op_/u),
      name: expect.stringMatching(/^e2e-/u),
      tier: 'starter',
      isolation: 'shared',
      region: expect.any(String),
      provisioned_at: expect.any(Number),
    });
    // What operators see of a key, and the rest.
    const [prefix, secret] = [tenant.apiKey.slice(0, 19), tenant.apiKey.slice(19)];
    expect(JSON.stringify(told)).toContain(prefix);
    expect(JSON.stringify(told)).not.toContain(secret);
  });

  (withoutKcat === undefined ? it : it.skip)(
    'lies on the topics as framed Avro, for who may read them: kcat, with nothing of ours',
    async () => {
      const [kat, tom] = await Promise.all([tenant.api.user('Kat'), tenant.api.user('Tom')]);
      await tenant.api.as(kat).send(await tenant.api.conversation(kat, tom), 'hello');
      const folder = mkdtempSync(join(tmpdir(), 'kcat-spec-'));

      const [as, not] = [loginOf(stack(), 'worker'), loginOf(stack(), 'gateway')];
      await expectKcatReads('chat.messages.shared', { stack: stack(), folder, as, not, schema: 'ChatMessagesValue' }).finally(() =>
        rmSync(folder, { recursive: true }),
      );
    },
  );

  it('is told all the same when the worker is killed over it, twice at most as the same event', async () => {
    const people: string[] = [];
    for (let n = 0; n < 30; n += 1) {
      people.push((await tenant.api.user(`Person ${n}`)).user_id);
      if (n === 10) await worker.process.end('SIGKILL');
      if (n === 20) worker = await system.startWorker();
    }

    const told = (): SeenEvent[] => log.of(tenant.tenantId).filter(({ key }) => people.includes(key ?? ''));
    await waitUntil('everybody is told of', () => (new Set(told().map(({ key }) => key)).size === people.length ? true : undefined), {
      timeoutMs: 90_000,
    });

    expect(new Set(told().map(({ id }) => id)).size).toBe(people.length);
  });
});
