import { setTimeout as wait } from 'node:timers/promises';

/** Waits, or until the signal is aborted; never rejects and does not keep the process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
