import { setTimeout as sleep } from 'node:timers/promises';
import { ServerError } from '../errors.js';
import { logTail } from './log-tail.js';
import type { SpawnedServer } from './spawn-server.js';

const POLL_MS = 100;

/** Options of {@link waitUntilReady}. */
export interface ReadyOptions {
  /** Asks the server something in its own protocol; rejects while it does not answer. */
  readonly ping: () => Promise<void>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Masked in the log tail of an error. */
  readonly secrets: readonly string[];
}

/** Resolves when a spawned server answers. Throws {@link ServerError} with the log's tail when it ends or takes too long. */
export async function waitUntilReady(spawned: SpawnedServer, { ping, timeoutMs, signal, secrets }: ReadyOptions): Promise<void> {
  const { record, exited } = spawned;
  const failure = (problem: string, cause?: unknown): ServerError =>
    new ServerError(record.server, problem, { logFile: record.log, logTail: logTail(record.log, secrets), cause });
  let ended: string | undefined;
  void exited.then((how) => (ended = how));
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    if (ended !== undefined) throw failure(`${record.name} ended while starting (${ended})`);
    try {
      return await ping();
    } catch (error) {
      if (performance.now() > deadline) throw failure(`${record.name} did not answer within ${timeoutMs / 1000} s`, error);
    }
    await sleep(POLL_MS);
  }
}
