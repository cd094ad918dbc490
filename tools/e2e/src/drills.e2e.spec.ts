import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freeze } from '@caas/testing/stack';
import { type ApiClient, type SpecUser } from './support/api-client.fixture.js';
import { expectIntact, sendUntil, settled } from './support/ledger.fixture.js';
import { System } from './support/system.fixture.js';
import { waitUntil } from '@caas/testing/processes';

const SENDERS = 20;

/** Drills 1, 2, 6 and 8 of the fault matrix: whatever happens, an accepted message is stored once, and each sender's order holds. */
describe('drill', () => {
  let system: System;
  let api: ApiClient;
  let members: SpecUser[];
  let thaw: (() => void) | undefined;

  beforeAll(async () => {
    system = await System.start({ gatewayEnv: { KAFKA_REQUEST_TIMEOUT: '1500' } });
    ({ api } = await system.tenant());
  });
  beforeEach(async () => {
    // Client ids are scoped to their sender, so every drill has senders of its own.
    members = await Promise.all(Array.from({ length: SENDERS }, (_, index) => api.user(`sender ${index}`)));
  });
  afterEach(() => thaw?.());
  afterAll(() => system?.stop());

  it('1: the broker is frozen for 4 s: nothing accepted is lost, doubled or reordered', async () => {
    const conversationId = await api.conversation(...members);
    const stop = new AbortController();
    const sending = sendUntil(api, { members, conversationId, stop: stop.signal });

    await delay(1_000);
    thaw = freeze('kafka');
    await delay(4_000);
    thaw();
    await delay(2_000);
    stop.abort();
    const ledger = await sending;

    expect(ledger.accepted.length).toBeGreaterThan(SENDERS);
    expect(ledger.refused.filter(({ status }) => status !== 503)).toEqual([]);
    expectIntact(await settled(api, conversationId, ledger), ledger);
  });

  it('2: the broker is frozen for 20 s: callers get 503, and sending works again by itself', async () => {
    const conversationId = await api.conversation(...members);
    const stop = new AbortController();
    const sending = sendUntil(api, { members, conversationId, stop: stop.signal });

    await delay(1_000);
    thaw = freeze('kafka');
    await delay(20_000);
    thaw();
    await waitUntil('a send is accepted again', async () => {
      const { status } = await api.as(members[0] as SpecUser).send(conversationId, 'again');
      return status === 202 || undefined;
    });
    stop.abort();
    const ledger = await sending;

    expect(ledger.refused.length).toBeGreaterThan(0);
    expect(ledger.refused.filter(({ status }) => status !== 503)).toEqual([]);
    expectIntact(await settled(api, conversationId, ledger), ledger);
  });

  it('6: the gateway is killed among open requests: what it accepted is stored, and a resend elsewhere is the same message', async () => {
    const conversationId = await api.conversation(...members);
    const victim = await system.startGateway();
    const accepted: string[] = [];
    const unknown: string[] = [];
    const sends = Array.from({ length: 500 }, async (_, index) => {
      const id = `${index % SENDERS}-${Math.floor(index / SENDERS)}`;
      const sender = api.at(victim.url).as(members[index % SENDERS] as SpecUser);
      const outcome = await sender.send(conversationId, id, { clientMessageId: id }).catch(() => undefined);
      (outcome?.status === 202 ? accepted : unknown).push(id);
      if (accepted.length === 1) await victim.process.end('SIGKILL');
    });
    await Promise.all(sends);

    await Promise.all(
      unknown.map((id) => api.as(members[Number(id.split('-')[0])] as SpecUser).send(conversationId, id, { clientMessageId: id })),
    );
    const ids = (
      await waitUntil('all are stored', async () => {
        const stored = await api.history(conversationId);
        return stored.length >= 500 ? stored : undefined;
      })
    ).map(({ client_message_id }) => client_message_id);

    expect(ids).toHaveLength(500);
    expect(new Set(ids).size).toBe(500);
  });
});

describe('drill 8', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ worker: false });
  });
  afterAll(() => system?.stop());

  it('the worker is killed after storing and before committing: nothing is lost, doubled or reordered', async () => {
    const { api } = await system.tenant();
    const members = await Promise.all([api.user('Ada'), api.user('Grace')]);
    const conversationId = await api.conversation(...members);
    const texts = Array.from({ length: 100 }, (_, index) => `message ${index}`);
    for (const text of texts) expect((await api.as(members[0]).send(conversationId, text)).status).toBe(202);

    const doomed = await system.startWorker({ CAAS_FAULT: 'exit:after-write' });
    expect(await doomed.process.ended()).toBeNull();
    const before = await api.history(conversationId);
    await system.startWorker();
    const more = await api.as(members[1]).send(conversationId, 'after', { wait: 10 });

    expect(before.length).toBeGreaterThan(0);
    expect(more.status).toBe(201);
    const after = await api.history(conversationId);
    expect(after.map(({ content }) => content.text)).toEqual([...texts, 'after']);
    expect(after.slice(0, before.length)).toEqual(before);
  });
});
