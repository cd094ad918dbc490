import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const CORES = availableParallelism();
const CAN_PIN = process.platform === 'linux' && CORES > 1;

/** Gives the server under test a core of its own; with one core, or without `taskset`, everything stays where it is. */
export function pinMeasured(pid: number): void {
  pin(pid, '0');
}

/** Moves what a measured server talks to, and the load, to the other cores. */
export function pinAround(pids: readonly number[]): void {
  for (const pid of pids) pin(pid, `1-${CORES - 1}`);
}

/** All cores again. */
export function unpin(pids: readonly number[]): void {
  for (const pid of pids) pin(pid, `0-${CORES - 1}`);
}

function pin(pid: number, cores: string): void {
  if (!CAN_PIN) return;
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)], { stdio: 'ignore' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
