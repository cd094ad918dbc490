import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TemporaryDatabases } from '@caas/data-access-mongo/testing';
import { type FaultPoint, type Plan } from '@caas/runtime';
import { newTenantId, type TenantId } from '@caas/schema';
import { BusyConversations, Readers } from '../fixtures/conversations.fixture.js';
import { aPlatform, aRequest } from '../fixtures/platform.fixture.js';
import { aSendingProcess, type SendingOptions, type SendingProcess, sentTopic, TOPICS } from '../fixtures/topic-moves.fixture.js';
import { hardDelete } from '../lifecycle/operations/hard-delete.js';
import { softDelete } from '../lifecycle/operations/soft-delete.js';
import { downgrade, upgrade } from '../lifecycle/operations/change-plan.js';
import { newSaasClient } from '../tenants/new-saas-client.js';
import { type SaasClient, saasClients } from '../tenants/tenants.collection.js';
import { moveTopics } from './move-topics.js';

const board = `spec-${randomBytes(6).toString('hex')}`;
const FENCE_MS_MAX = 10_000;

let databases: TemporaryDatabases;
let operator: SendingProcess;
let worker: SendingProcess;
let gateways: readonly SendingProcess[];
let readers: Readers;

const aProcess = (more: Partial<SendingOptions> = {}): Promise<SendingProcess> =>
  aSendingProcess({ databasePrefix: databases.databasePrefix, board, ...more });

beforeAll(async () => {
  databases = await aPlatform();
  operator = await aProcess();
  worker = await aProcess();
  gateways = [await aProcess(), await aProcess()];
  await operator.kafka.topics.apply(TOPICS);
});
beforeEach(async () => {
  readers = new Readers(worker);
  await readers.start();
});
afterEach(() => readers.stop());
afterAll(async () => {
  const { kafka } = operator;
  const own = (await kafka.topics.describe(TOPICS)).filter(({ placement }) => placement === 'dedicated');
  await kafka.topics.removeDedicated(own.map(({ topic }) => topic));
  for (const process of [operator, worker, ...gateways]) await process.close();
  await databases.end();
});

async function aTenant(plan: Plan = 'free'): Promise<TenantId> {
  const tenantId = newTenantId();
  const { companyName, slug, email } = aRequest();
  const ready = { status: 'active', provisioning: { state: 'ready', schema_version: 0, operation_id: null } } as const;
  await operator.mongo.platform(saasClients).insert({ client_id: tenantId, ...newSaasClient({ companyName, slug, email, plan }, ready) });
  return tenantId;
}

const record = (tenantId: TenantId): Promise<SaasClient> => operator.mongo.platform(saasClients).get(tenantId, { readFrom: 'primary' });
const move = (tenantId: TenantId, to: 'shared' | 'dedicated', by = operator) =>
  by.lifecycle.begin(moveTopics, { tenantId, input: { to }, requestedBy: 'spec' });

/** Waits until everything that was acknowledged has been read at both ends. */
async function settled(busy: BusyConversations): Promise<void> {
  while (readers.stored.total < busy.total || readers.heard.total < busy.total) await new Promise((resolve) => setImmediate(resolve));
}

function expectWhole(tenantId: TenantId, busy: BusyConversations): void {
  for (const [conversation, count] of busy.counts) {
    const whole = Array.from({ length: count }, (_, seq) => seq);
    expect({ conversation, seqs: readers.stored.row(tenantId, conversation) }).toEqual({ conversation, seqs: whole });
    expect({ conversation, seqs: readers.heard.row(tenantId, conversation) }).toEqual({ conversation, seqs: whole });
  }
}

describe('the topics of a tenant that is written to', () => {
  it('move to its own and back: nothing is lost, doubled or out of order in any conversation, nor in what follows', async () => {
    const tenantId = await aTenant();
    const neighbour = await aTenant();
    const [busy, beside] = [new BusyConversations(tenantId), new BusyConversations(neighbour)];
    busy.start(gateways);
    beside.start(gateways.slice(0, 1));

    await move(tenantId, 'dedicated');
    await move(tenantId, 'shared');
    await move(tenantId, 'dedicated');
    await busy.stop();
    await beside.stop();
    while (readers.heard.total < busy.total + beside.total) await new Promise((resolve) => setImmediate(resolve));

    expect(busy.total).toBeGreaterThan(100);
    expectWhole(tenantId, busy);
    expectWhole(neighbour, beside);
    expect([...busy.places].sort()).toEqual([`${sentTopic.family}.${tenantId}`, `${sentTopic.family}.shared`]);
    expect(await record(tenantId)).toMatchObject({ topics: { place: 'dedicated', epoch: 4 }, provisioning: { state: 'ready' } });
    expect(busy.refused).toBeGreaterThan(0);
    expect(beside.refused).toBe(0);
    expect(busy.longestPauseMs).toBeLessThan(FENCE_MS_MAX);
  });

  it('are read to their end before anything at the new place is, however slow the readers of the old one are', async () => {
    const tenantId = await aTenant();
    const busy = new BusyConversations(tenantId);
    const onRead = (): void => {
      readers.slowTopic = `${sentTopic.family}.shared`;
    };
    const mover = await aProcess({ onRead });
    busy.start(gateways);
    await busy.reached(50);

    await move(tenantId, 'dedicated', mover);
    await busy.reached(busy.total + 50);
    await busy.stop();
    await settled(busy);

    expectWhole(tenantId, busy);
    await mover.close();
  });

  it.each(['after-fence-closed', 'before-flip', 'after-flip'] as const)('survive a mover that fails at %s', async (point) => {
    const tenantId = await aTenant();
    const busy = new BusyConversations(tenantId);
    let failures = 0;
    const faults = (reached: FaultPoint): void => {
      if (reached === point && failures++ === 0) throw new Error('killed');
    };
    const mover = await aProcess({ faults });
    busy.start(gateways);

    await move(tenantId, 'dedicated', mover).catch(() => move(tenantId, 'dedicated'));
    await busy.stop();
    await settled(busy);

    expect(failures).toBeGreaterThan(0);
    expectWhole(tenantId, busy);
    expect(await record(tenantId)).toMatchObject({ topics: { place: 'dedicated', epoch: 2 }, provisioning: { state: 'ready' } });
    await mover.close();
  });

  it('stay where they are when somebody does not read them: senders go on there, and the tenant is settled again', async () => {
    const tenantId = await aTenant();
    const nobody = { group: `nobody-${board}`, families: [sentTopic.family] };
    const mover = await aProcess({ readers: [nobody], readWithinMs: 100 });
    const busy = new BusyConversations(tenantId);
    busy.start(gateways);
    await busy.reached(10);

    const moving = move(tenantId, 'dedicated', mover);

    await expect(moving).rejects.toMatchObject({ retryable: true, details: { reason: 'TOPICS_NOT_READ' } });
    await expect(moving).rejects.toThrow(new RegExp(`group nobody-${board} has not read ${sentTopic.family}.shared`));
    await busy.stop();
    await settled(busy);
    expectWhole(tenantId, busy);
    expect([...busy.places]).toEqual([`${sentTopic.family}.shared`]);
    expect((await record(tenantId)).provisioning.state).toBe('ready');
    await mover.close();
  });
});

describe('a tenant that is removed', () => {
  it('takes the topics of its own with it once they are read; those of others stay, and readers go on', async () => {
    const tenantId = await aTenant('pro');
    const tenant = await operator.context(tenantId);
    await operator.kafka.topics.apply(TOPICS, { tenants: [tenant] });
    const [event] = sentTopic.events;
    await operator.kafka.producer(sentTopic).send({ tenant, event, payload: { conversation_id: 'c', seq: 0 } });
    while (readers.heard.row(tenantId, 'c').length === 0) await new Promise((resolve) => setImmediate(resolve));
    const client = await record(tenantId);
    await operator.lifecycle.begin(softDelete, { tenantId, input: { reason: null, by: 'spec' }, requestedBy: 'spec' });

    const input = { export_id: null, waiver: 'of this spec', confirm_slug: client.slug, by: 'spec' };
    const removal = await operator.lifecycle.begin(hardDelete, { tenantId, input, requestedBy: 'spec' });

    expect(removal.result['topics_removed']).toEqual(TOPICS.map(({ family }) => `${family}.${tenantId}`));
    const left = await operator.kafka.topics.list(TOPICS);
    expect(left.filter((topic) => topic.endsWith(tenantId))).toEqual([]);
    const other = await aTenant();
    const busy = new BusyConversations(other);
    busy.start(gateways);
    await busy.reached(20);
    await busy.stop();
    for (const [conversation, count] of busy.counts) {
      while (readers.heard.row(other, conversation).length < count) await new Promise((resolve) => setImmediate(resolve));
    }
    expectWhole(other, busy);
  });
});

describe('a change of the plan', () => {
  it('moves the topics last, and back with the plan', async () => {
    const tenantId = await aTenant('starter');
    const busy = new BusyConversations(tenantId);
    busy.start(gateways);

    const up = await operator.lifecycle.begin(upgrade, {
      tenantId,
      input: { plan: 'pro', consent: false, by: 'spec' },
      requestedBy: 'spec',
    });
    const between = await record(tenantId);
    const down = await operator.lifecycle.begin(downgrade, {
      tenantId,
      input: { plan: 'free', consent: true, by: 'spec' },
      requestedBy: 'spec',
    });
    await busy.stop();
    await settled(busy);

    expect(up.steps.map(({ name }) => name)).toEqual(['note-consequences', 'prepare-topics', 'change-plan', 'invalidate', 'switch-topics']);
    expect(between).toMatchObject({ tier: 'pro', topics: { place: 'dedicated', epoch: 2 } });
    expect(down.state).toBe('succeeded');
    expect(await record(tenantId)).toMatchObject({ tier: 'free', topics: { place: 'shared', epoch: 3 }, provisioning: { state: 'ready' } });
    expectWhole(tenantId, busy);
  });

  it('between plans with topics of the same kind moves nothing', async () => {
    const tenantId = await aTenant('free');

    await operator.lifecycle.begin(upgrade, { tenantId, input: { plan: 'starter', consent: false, by: 'spec' }, requestedBy: 'spec' });

    expect(await record(tenantId)).toMatchObject({ tier: 'starter', topics: { place: 'shared', epoch: 1 } });
  });
});
