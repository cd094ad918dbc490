import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is there; rejects with what was missing when `timeoutMs` have passed. */
export async function waitUntil<Found>(
  what: string,
  ask: () => Promise<Found | undefined> | Found | undefined,
  { timeoutMs = 30_000, everyMs = 50 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Found> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await delay(everyMs);
  }
}
