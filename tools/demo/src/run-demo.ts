import { basename, resolve } from 'node:path';
import { chooseAuthors, createCast } from './cast.js';
import { compareOrder, isExact, type OrderVerdict } from './compare-order.js';
import { createConversation, findConversation, readMessages } from './conversation.js';
import { readDevFile } from './dev-file.js';
import { DemoError } from './errors.js';
import { GatewayClient } from './gateway-client.js';
import { type Commit, readHistory, rootCommit } from './history.js';
import { type Latency, latencyOf } from './latency.js';
import { showProgress } from './progress.js';
import { sendInOrder } from './send-in-order.js';
import { type AcceptedMessage, sampleStored } from './watch-stored.js';

export interface DemoOptions {
  readonly repository: string;
  readonly limit?: number;
  readonly concurrency: number;
  /** Draw bars on standard error. */
  readonly progress: boolean;
}

export interface DemoReport extends OrderVerdict {
  readonly repository: string;
  readonly conversation_id: string;
  readonly commits: number;
  readonly members: number;
  /** Commits that an earlier run had stored. */
  readonly already_stored: number;
  readonly order: 'exact' | 'not exact';
  readonly refusals: number;
  readonly seconds: number;
  /** Messages per second, from the first send to the last acceptance. */
  readonly rate: number;
  /** Milliseconds from send to 202. */
  readonly accepted_ms: Latency;
  /** Milliseconds from send to readable, of a sample of the messages; null when some of them were stored before. */
  readonly stored_ms: Latency | null;
}

/** Milliseconds after which a message that was accepted and is not readable counts as missing. */
const PATIENCE_MS = 30_000;

/** Tells a repository's history to a conversation and reads it back. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const { gateway_url: url, api_key: apiKey } = readDevFile(process.cwd());
  const repository = resolve(options.repository);
  const commits = await readHistory(repository, options.limit === undefined ? {} : { limit: options.limit });
  if (commits.length === 0) throw new DemoError(`${repository} has no commit.`);
  const sender = new GatewayClient({ url, apiKey, pipelining: options.concurrency });
  const reader = new GatewayClient({ url, apiKey, pipelining: 1 });
  try {
    return await tell({ ...options, repository, commits, sender, reader });
  } finally {
    await Promise.all([sender.close(), reader.close()]);
  }
}

interface Telling extends DemoOptions {
  readonly commits: readonly Commit[];
  readonly sender: GatewayClient;
  readonly reader: GatewayClient;
}

async function tell({ repository, commits, sender, reader, concurrency, progress }: Telling): Promise<DemoReport> {
  const root = await rootCommit(repository);
  const earlier = await findConversation(sender, root);
  const everybody = chooseAuthors(commits, earlier?.isCast);
  const cast = await createCast(sender, everybody);
  const group = { name: `History of ${basename(repository)}`, root, members: cast.members, authors: everybody };
  const { conversationId } = earlier ?? (await createConversation(sender, group));

  const before = earlier === undefined ? [] : await storedHashes(reader, conversationId);
  const hashes = commits.map(({ hash }) => hash);
  const known = new Set(before);
  const alreadyStored = hashes.filter((hash) => known.has(hash)).length;
  const bars = showProgress(commits.length, { visible: progress });
  try {
    let newest: AcceptedMessage | undefined;
    const accept = (message: AcceptedMessage): void => {
      newest = message;
      bars.accepted();
    };
    const started = performance.now();
    const sending = sendInOrder(commits, {
      client: sender,
      conversationId,
      userOf: ({ author }) => cast.userOf(author),
      concurrency,
      onAccepted: accept,
    });
    const stored = sampleStored(reader, {
      newest: () => newest,
      last: commits.length - 1,
      patienceMs: PATIENCE_MS,
      onStored: (index) => bars.stored(index + 1),
    });
    const [sent, storedMs] = await Promise.all([sending.then((report) => ({ ...report, endedAt: performance.now() })), stored]);
    const seconds = (sent.endedAt - started) / 1_000;
    const verdict = compareOrder(await storedHashes(reader, conversationId), hashes, before);
    return {
      repository,
      conversation_id: conversationId,
      commits: commits.length,
      members: cast.members.length,
      already_stored: alreadyStored,
      ...verdict,
      order: isExact(verdict) ? 'exact' : 'not exact',
      refusals: sent.refusals,
      seconds,
      rate: commits.length / seconds,
      accepted_ms: latencyOf(sent.acceptedMs),
      stored_ms: alreadyStored > 0 || storedMs.length === 0 ? null : latencyOf(storedMs),
    };
  } finally {
    bars.stop();
  }
}

/** Commit hashes of the stored messages by sequence. */
async function storedHashes(client: GatewayClient, conversationId: string): Promise<string[]> {
  const hashes: string[] = [];
  for await (const page of readMessages(client, conversationId)) {
    for (const { client_message_id } of page) hashes.push(client_message_id ?? '');
  }
  return hashes;
}
