import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, at most until the work is given up. Heartbeats go on meanwhile: the chunk's keep-alive sends them. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
