import { MONGO_REFUSALS, mongoCommandOf, mongoRefusalOf } from '@caas/testing/network';
import { waitUntil } from '@caas/testing/processes';
import { type Drill } from '../drill.js';
import { type Field } from '../field.js';
import { isTaken } from '../ledger/entry.js';
import { type Draft } from '../load/recorded-send.js';
import { readTopics, topicEnds } from '../observe/raw-kafka.js';
import { RETRY_TOPICS } from '../system/lag.js';

const PROBES = 40;
/** Others do not wait for the failing conversation; a busy machine takes its time all the same. */
const STORED_WITHIN_SECONDS = 10;
const SLOWER_MAX = 1.2;
/** What a machine does besides. */
const NOISE_MS = 250;
/** It fails on its own topic and in the first two retry topics. */
const LAST_TIER = 3;

export const transientFailure: Drill = {
  number: 17,
  name: 'transient-failure',
  fault: 'what one conversation writes meets another write (WriteConflict) in three passes, and then goes through',
  holds: `only that conversation waits in the retry topics, and keeps its order; nine in ten of the others take at most ${SLOWER_MAX} times as long, and ${NOISE_MS} ms`,
  setup: { workerLinks: ['mongodb'] },
  async run(field) {
    const [scene] = field.scenes;
    if (scene === undefined) throw new Error('There is no tenant.');
    const failing = field.random.pick(scene.conversations);
    const before = await topicEnds(field.system.stack, (topic) => RETRY_TOPICS.test(topic));
    const load = field.load();
    await load.untilTaken(100);
    const calm = await probeOthers(field, { besides: failing, name: 'calm', while: ({ length }) => length < PROBES });

    const [link] = field.worker.links?.to('mongodb') ?? [];
    const mend = link?.answerFor((request) =>
      mongoCommandOf(request) === 'findAndModify' && request.includes(failing)
        ? mongoRefusalOf(request, MONGO_REFUSALS.writeConflict)
        : undefined,
    );
    let isPast = false;
    const parked = parkedIn(field, LAST_TIER).finally(() => {
      mend?.();
      isPast = true;
    });
    const during = await probeOthers(field, { besides: failing, name: 'during', while: ({ length }) => !isPast || length < PROBES });
    await parked;
    await load.untilTaken(50);
    await load.stop();
    await field.settle();

    const all = [...calm, ...during];
    field.claim(
      `others are stored within ${STORED_WITHIN_SECONDS} s`,
      all.every(({ isStored }) => isStored),
      `${all.length} probes`,
    );
    const [p90, calmP90] = [percentile(during), percentile(calm)];
    const told = `${p90} ms of ${during.length}, ${calmP90} ms of ${calm.length} without`;
    field.claim('nine in ten of the others take as long as before', p90 <= calmP90 * SLOWER_MAX + NOISE_MS, told);
    const after = await topicEnds(field.system.stack, (topic) => RETRY_TOPICS.test(topic));
    const retried = await readTopics(field.system.stack, { from: before, to: after, group: `drill-retried-${field.runName}` });
    const keys = new Set(retried.map(({ message }) => message.key?.toString()));
    const expected = `${scene.tenant.tenantId}:${failing}`;
    field.claim(
      'only that conversation waits in retry topics',
      keys.size === 1 && keys.has(expected),
      `${retried.length} records of ${keys.size} keys`,
    );
  },
};

interface Probe {
  readonly ms: number;
  readonly isStored: boolean;
}

/** Sends one message after the other to conversations besides the failing one, also of its own tenant, and waits until each is stored. */
async function probeOthers(
  field: Field,
  { besides, name, while: goOn }: { besides: string; name: string; while: (probes: readonly Probe[]) => boolean },
): Promise<Probe[]> {
  const probes: Probe[] = [];
  while (goOn(probes)) {
    const scene = field.random.pick(field.scenes);
    const conversation = field.random.pick(scene.conversations.filter((id) => id !== besides));
    const room: Pick<Draft, 'scene' | 'conversation' | 'sender'> = { scene, conversation, sender: field.random.pick(scene.senders) };
    const message = `${field.runName}-${name}-${probes.length}`;
    const outcome = await field.sends.send(field.gateway.url, { ...room, message, waitSeconds: STORED_WITHIN_SECONDS });
    probes.push({ ms: outcome.elapsedMs, isStored: isTaken(outcome) && outcome.status === 201 });
  }
  return probes;
}

/** Resolves when a record lies in the retry topic of that tier. */
async function parkedIn(field: Field, tier: number): Promise<void> {
  const line = new RegExp(`^caas_retry_records_total\\{.*group="message-processor".*tier="${tier}".*\\} [1-9]`, 'm');
  const look = async (): Promise<true | undefined> =>
    line.test(await (await fetch(`${field.worker.metricsUrl}/metrics`)).text()) ? true : undefined;
  await waitUntil(`a record lies in retry topic ${tier}`, look, { timeoutMs: 60_000, everyMs: 100 });
}

function percentile(probes: readonly Probe[]): number {
  const sorted = probes.map(({ ms }) => ms).sort((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? 0;
}
