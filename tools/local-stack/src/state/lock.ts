import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isRunning, type ProcessRef } from '@caas/testing/stack';

const POLL_MS = 100;

/** Options of {@link withLock}. */
export interface LockOptions {
  /** Ends the waiting with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told once when somebody else holds the lock. */
  readonly onWaiting?: (pid: number) => void;
}

/**
 * Runs `action` while no other process, and no other call in this one, holds the lock in that folder; waits without limit.
 * A holder that died holds nothing.
 *
 * Each contender creates a file of its own, named after its process, and holds the lock if it then sees no other living one:
 * of two, the later to create sees the earlier. Who sees another takes its file back and tries again. Since nobody shares a
 * file, files of the dead can be removed by anyone at any time; a single lock file has a race there (two waiters find it
 * stale, one replaces it, the other removes the replacement).
 */
export async function withLock<T>(folder: string, action: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mine = await acquire(folder, options);
  try {
    return await action();
  } finally {
    rmSync(join(folder, mine), { force: true });
  }
}

async function acquire(folder: string, { signal, onWaiting }: LockOptions): Promise<string> {
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    let holder = otherHolder(folder, '');
    if (holder === undefined) {
      const mine = fileName({ pid: process.pid, identity: identityOf(process.pid) ?? '' });
      closeSync(openSync(join(folder, mine), 'wx', 0o600));
      holder = otherHolder(folder, mine);
      if (holder === undefined) return mine;
      rmSync(join(folder, mine), { force: true });
    }
    if (!told) onWaiting?.(holder);
    told = true;
    await sleep(POLL_MS * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal });
  }
}

/** The pid of a living contender other than `mine`; removes what the dead left behind. */
function otherHolder(folder: string, mine: string): number | undefined {
  for (const file of readdirSync(folder)) {
    if (file === mine) continue;
    const ref = parseFileName(file);
    if (ref !== undefined && isRunning(ref)) return ref.pid;
    rmSync(join(folder, file), { force: true });
  }
  return undefined;
}

function fileName({ pid, identity }: ProcessRef): string {
  return `${pid}@${encodeURIComponent(identity)}@${randomUUID()}`;
}

function parseFileName(file: string): ProcessRef | undefined {
  const [pid, identity] = file.split('@');
  return pid === undefined || identity === undefined ? undefined : { pid: Number(pid), identity: decodeURIComponent(identity) };
}
