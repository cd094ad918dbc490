import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type StackFile } from '@caas/testing/stack';
import { ServerError } from './errors.js';
import { logTail } from './processes/log-tail.js';

const POLL_MS = 500;

/**
 * Resolves with a {@link ServerError} that names the server and ends with the tail of its log, as soon as a process of the stack is gone; with
 * `undefined` when the signal is aborted first. For whoever runs in the foreground on top of a stack.
 */
export async function watchStack({ processes, kafka }: StackFile, signal: AbortSignal): Promise<ServerError | undefined> {
  const secrets = kafka.sasl === undefined ? [] : [kafka.sasl.password];
  while (!signal.aborted) {
    const dead = processes.find((process) => !isRunning(process));
    if (dead !== undefined) {
      return new ServerError(dead.server, `${dead.name} has stopped unexpectedly`, {
        logFile: dead.log,
        logTail: logTail(dead.log, secrets),
      });
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {}); // rejects when aborted, which the loop sees
  }
  return undefined;
}
