import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type IHeaders } from 'kafkajs';
import { type ApiClient, type SpecMessage, type SpecUser } from './support/api-client.fixture.js';
import { type RawPlace, RawKafka } from './support/raw-kafka.fixture.js';
import { System } from './support/system.fixture.js';
import { MONGO_REFUSALS, mongoCommandOf, mongoRefusalOf, TcpProxy } from '@caas/testing/network';
import { waitUntil } from '@caas/testing/processes';
import { freeze, stack } from '@caas/testing/stack';

const TOPIC = 'chat.messages.shared';
/** Which run this is; `CAAS_MODEL_SEED=7` repeats it. */
const SEED = Number(process.env['CAAS_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const STEPS = 120;
/** One less than a record is tried, so that none of them becomes a dead letter: one and three more tries, then as many after each rest in a retry topic. */
const FAILURES_MAX = 15;
const WORKER_ENV = { RETRY_TIER_DELAYS_MS: '300,600,900' };
const [USERS, CONVERSATIONS] = [3, 2];

type Step =
  | { readonly do: 'send'; readonly by: number; readonly in: number }
  | { readonly do: 'resend' | 'edit' | 'delete'; readonly which: number }
  | { readonly do: 'poison'; readonly in: number; readonly how: 'bytes' | 'json' | 'cut' | 'tenant' }
  | { readonly do: 'kill' | 'rebalance' }
  | { readonly do: 'freeze'; readonly ms: number }
  | { readonly do: 'fail'; readonly in: number; readonly times: number };

const user = fc.nat({ max: USERS - 1 });
const conversation = fc.nat({ max: CONVERSATIONS - 1 });
const which = fc.nat({ max: 1_000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 50, arbitrary: fc.record({ do: fc.constant('send' as const), by: user, in: conversation }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('resend' as const), which }) },
  { weight: 18, arbitrary: fc.record({ do: fc.constant('edit' as const), which }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('delete' as const), which }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('poison' as const),
      in: conversation,
      how: fc.constantFrom('bytes' as const, 'json' as const, 'cut' as const, 'tenant' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'kill' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'rebalance' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('freeze' as const), ms: fc.integer({ min: 100, max: 2_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('fail' as const), in: conversation, times: fc.integer({ min: 1, max: FAILURES_MAX }) }),
  },
);

/** A message as everything that was accepted makes it. */
interface Expected {
  readonly id: string;
  readonly clientId: string;
  readonly by: number;
  readonly in: number;
  readonly sent: string;
  text: string;
  isDeleted: boolean;
}

interface Shown extends Omit<SpecMessage, 'content'> {
  readonly content: { readonly text: string } | null;
  readonly deleted: { readonly is_deleted: boolean };
}

/**
 * Random sends, resends, edits, deletions, poison records, failures while one conversation is written, kills of the worker, a second worker that comes and goes, and
 * pauses of the broker, held against a model of what was accepted. A failing run names its seed.
 */
describe(`messages, as a model sees them (CAAS_MODEL_SEED=${SEED})`, () => {
  let system: System;
  let kafka: RawKafka;
  let link: TcpProxy;
  let api: ApiClient;
  let tenantId = '';
  let users: SpecUser[] = [];
  let conversations: string[] = [];
  beforeAll(async () => {
    system = await System.start({ worker: false });
    ({ api, tenantId } = await system.tenant());
    users = await Promise.all(Array.from({ length: USERS }, (_, index) => api.user(`user ${index}`)));
    conversations = await Promise.all(Array.from({ length: CONVERSATIONS }, () => api.conversation(...users)));
    kafka = await RawKafka.connect();
    link = await TcpProxy.to(stack().mongodb_uri);
  });
  afterAll(async () => {
    await kafka?.close();
    await system?.stop();
    await link?.close();
  });

  it('every accepted one is stored once and in order, every poison record is a dead letter with its bytes', async () => {
    const steps = fc.sample(step, { seed: SEED, numRuns: STEPS });
    const accepted: Expected[] = [];
    const poison: { place: RawPlace; value: Buffer }[] = [];
    const isOurBroker = stack().processes.some(({ server }) => server === 'kafka');
    const env = { ...WORKER_ENV, MONGODB_URI: link.url };
    let worker = await system.startWorker(env);
    let guest: typeof worker | undefined;
    /** How often writes to each conversation are still to fail. */
    const failures = conversations.map(() => 0);
    const failuresLeft = conversations.map(() => FAILURES_MAX);
    link.answerFor((request) => {
      if (mongoCommandOf(request) !== 'findAndModify') return undefined;
      const failing = conversations.findIndex((id, place) => (failures[place] ?? 0) > 0 && request.includes(id));
      if (failing < 0) return undefined;
      failures[failing] = (failures[failing] ?? 0) - 1;
      return mongoRefusalOf(request, MONGO_REFUSALS.writeConflict);
    });
    const as = (by: number): ApiClient => api.as(users[by] as SpecUser);
    const pick = (index: number): Expected | undefined => accepted[index % Math.max(1, accepted.length)];
    await send({ do: 'send', by: 0, in: 0 }, 'first'); // so that there is a good record to make bad ones of
    const good = await kafka.find(TOPIC, ({ headers }) => String(headers?.['tenant_id']) === tenantId);

    for (const [index, one] of steps.entries()) {
      if (one.do === 'send') await send(one, `step ${index}`);
      if (one.do === 'resend') await resend(pick(one.which));
      if (one.do === 'edit') await edit(pick(one.which), `edited at step ${index}`);
      if (one.do === 'delete') await remove(pick(one.which));
      if (one.do === 'poison') await poisonIn(one);
      if (one.do === 'kill') {
        await worker.process.end('SIGKILL');
        worker = await system.startWorker(env);
      }
      if (one.do === 'rebalance') {
        if (guest === undefined) guest = await system.startWorker(env);
        else await guest.process.end('SIGTERM').then(() => (guest = undefined));
      }
      if (one.do === 'freeze' && isOurBroker) setTimeout(freeze('kafka'), one.ms);
      if (one.do === 'fail') {
        const times = Math.min(one.times, failuresLeft[one.in] ?? 0);
        failures[one.in] = (failures[one.in] ?? 0) + times;
        failuresLeft[one.in] = (failuresLeft[one.in] ?? 0) - times;
      }
    }
    for (const by of conversations.keys()) await waitFor(by);

    const shown = await Promise.all(accepted.map(async ({ id, by }) => (await as(by).call<Shown>('GET', `/v1/messages/${id}`)).body));
    expect(
      shown.map(({ message_id: id, content, deleted }) => ({ id, text: content?.text ?? null, isDeleted: deleted.is_deleted })),
    ).toEqual(accepted.map(({ id, text, isDeleted }) => ({ id, text: isDeleted ? null : text, isDeleted })));
    for (const [place, conversationId] of conversations.entries()) {
      const sequences = shown.filter(({ conversation_id: id }) => id === conversationId).map(({ sequence }) => sequence ?? 0);
      expect(sequences).toEqual([...new Set(sequences)].sort((left, right) => left - right));
      expect((await api.history(conversationId)).map(({ message_id: id }) => id)).toEqual(
        accepted.filter((one) => one.in === place && !one.isDeleted).map(({ id }) => id),
      );
    }
    const letters = await kafka.letters(poison.map(({ place }) => place));
    expect(letters.map(({ value }) => value)).toEqual(poison.map(({ value }) => value));

    async function send({ by, in: place }: Extract<Step, { do: 'send' }>, text: string): Promise<void> {
      const clientId = `c-${accepted.length}`;
      const { status, body } = await as(by).send(conversations[place] ?? '', text, { clientMessageId: clientId });
      expect(status).toBe(202);
      accepted.push({ id: body.message_id, clientId, by, in: place, sent: text, text, isDeleted: false });
    }

    async function resend(message: Expected | undefined): Promise<void> {
      if (message === undefined) return;
      const { by, in: place, sent, clientId, id } = message;
      const { status, body } = await as(by).send(conversations[place] ?? '', sent, { clientMessageId: clientId });
      expect([status, body.message_id]).toEqual([202, id]);
    }

    /** A message that is deleted cannot be edited; nor can one that is neither stored nor known as accepted yet: then nothing was accepted. */
    async function edit(message: Expected | undefined, text: string): Promise<void> {
      if (message === undefined) return;
      const { status } = await as(message.by).call('PATCH', `/v1/messages/${message.id}`, { body: { content: { text } } });
      expect([202, 404, 410]).toContain(status);
      if (status === 202 && !message.isDeleted) message.text = text;
    }

    async function remove(message: Expected | undefined): Promise<void> {
      if (message === undefined) return;
      const { status } = await as(message.by).call('DELETE', `/v1/messages/${message.id}`);
      expect([202, 204, 404]).toContain(status);
      if (status === 202) message.isDeleted = true;
    }

    async function poisonIn({ in: place, how }: Extract<Step, { do: 'poison' }>): Promise<void> {
      const value = good.value ?? Buffer.alloc(0);
      const headers = good.headers as IHeaders;
      const bad = {
        bytes: { value: Buffer.from([9, 9, 9, poison.length]) },
        json: { value: Buffer.from(JSON.stringify({ type: 'message.sent', n: poison.length, __proto__: null })) },
        cut: { value: value.subarray(0, 20), headers },
        tenant: { value, headers: { ...headers, tenant_id: 'clnt_somebodyelse' } },
      }[how];
      const written = await kafka.write(TOPIC, { key: `${tenantId}:${conversations[place] ?? ''}`, ...bad });
      poison.push({ place: written, value: bad.value });
    }

    /** Everything of a conversation is done once a message behind it is stored. */
    async function waitFor(place: number): Promise<void> {
      const clientId = `c-${accepted.length}`;
      const { body } = await as(0).send(conversations[place] ?? '', 'the end', { clientMessageId: clientId });
      accepted.push({ id: body.message_id, clientId, by: 0, in: place, sent: 'the end', text: 'the end', isDeleted: false });
      const isStored = async (): Promise<true | undefined> => {
        const { status, body: shown } = await as(0).call<Shown>('GET', `/v1/messages/${body.message_id}`);
        return (status === 200 && shown.sequence !== null) || undefined;
      };
      await waitUntil('the last message is stored', isStored, { timeoutMs: 120_000 });
    }
  }, 300_000);
});
