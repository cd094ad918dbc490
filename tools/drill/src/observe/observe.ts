import { type Observed, type StoredRow } from '../checker/observed.js';
import { type Field, RUN_TOPICS } from '../field.js';
import { rewind } from '../system/lag.js';
import { probeForeign, readListed, readShown } from './api-pages.js';
import { toDeadLetters } from './dead-letters.js';
import { readQuotas } from './quotas.js';
import { readTopics, topicEnds } from './raw-kafka.js';
import { RawRows } from './rows.js';
import { aliases, toTopicRecord } from './topic-record.js';

export interface ObserveOptions {
  readonly replays: boolean;
  readonly mayLoseCounts: boolean;
}

const DEAD_LETTERS = 'internal.dlq';

/** Lets the system come to rest, then reads everything back: pages, lists, topics, dead letters, rows, counters, outputs. */
export async function observe(field: Field, { replays, mayLoseCounts }: ObserveOptions): Promise<Observed> {
  const { system, scenes } = field;
  const { stack, tenants } = system;
  const aliasOf = aliases(tenants);
  const owners = new Map(scenes.flatMap(({ tenant, conversations }) => conversations.map((id) => [id, tenant.alias] as const)));
  const rows = new RawRows(stack.mongodb_uri);
  try {
    await field.settle();
    const stored = await rows.ofConversations([...owners.keys()], aliasOf);
    const replayed = replays ? await replay(field, () => rows.ofConversations([...owners.keys()], aliasOf)) : undefined;
    await endWorkers(field);
    const gateway = field.gateway.url;
    const shown = await readShown(scenes, gateway);
    const end = await topicEnds(stack, (topic) => RUN_TOPICS.test(topic));
    const raw = await readTopics(stack, { from: field.begin, to: end, group: `drill-reader-${field.runName}` });
    return {
      shown,
      listed: await readListed(scenes, { gateway, owners }),
      owners,
      rows: stored,
      records: raw.filter(({ topic }) => topic !== DEAD_LETTERS).map((record) => toTopicRecord(record, aliasOf)),
      deadLetters: toDeadLetters(raw.filter(({ topic }) => topic === DEAD_LETTERS)),
      probes: await probeForeign(scenes, shown, gateway),
      poison: field.poison,
      quotas: await readQuotas(system, { rows, mayRepair: mayLoseCounts }),
      ...(replayed === undefined ? {} : { replayed }),
      leaks: field.apps.filter(({ process }) => tenants.some(({ apiKey }) => process.output.includes(apiKey))).map(({ name }) => name),
    };
  } finally {
    await rows.close();
  }
}

/** Handles everything of the run a second time, as after a lost commit, and answers the rows. */
async function replay(field: Field, read: () => Promise<StoredRow[]>): Promise<StoredRow[]> {
  await endWorkers(field);
  await rewind(field.system.stack, field.begin);
  await field.startWorker();
  await field.settle();
  return read();
}

/** Workers end as an orchestrator ends them, and report what they counted. */
async function endWorkers(field: Field): Promise<void> {
  for (const { name, process } of field.workers) {
    const code = await process.end('SIGTERM');
    if (code !== 0) field.claim(`${name} ends with code 0 on SIGTERM`, false, `code ${code}`);
  }
}
