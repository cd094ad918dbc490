import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessRef } from '@caas/testing/stack';

const POLL_MS = 20;
const KILLED_WITHIN_MS = 10_000;

/** Options of {@link stopProcess}. */
export interface StopOptions {
  /** How long a process may take to end after SIGTERM before it gets SIGKILL; default 10 s. */
  readonly graceMs?: number;
}

/**
 * Ends a process and its group: SIGTERM (with SIGCONT, for one that a drill froze), then SIGKILL. A process that is gone, or whose pid
 * belongs to another process by now, is left alone. Resolves when it runs no more; throws when even SIGKILL did not end it.
 */
export async function stopProcess(ref: ProcessRef, { graceMs = 10_000 }: StopOptions = {}): Promise<'gone' | 'ended' | 'killed'> {
  if (!isRunning(ref)) return 'gone';
  signalGroup(ref.pid, 'SIGTERM');
  signalGroup(ref.pid, 'SIGCONT');
  if (await gone(ref, graceMs)) return 'ended';
  signalGroup(ref.pid, 'SIGKILL');
  if (await gone(ref, KILLED_WITHIN_MS)) return 'killed';
  throw new Error(`Process ${ref.pid} does not end, not even by SIGKILL`);
}

async function gone(ref: ProcessRef, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isRunning(ref)) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Servers are spawned as leaders of their own group, so the pid is the group's id; a negative pid means the group, kill(2). */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
