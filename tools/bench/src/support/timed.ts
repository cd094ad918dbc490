import { type Rounds } from './rounds.js';

/** Runs `operations` of them in this process, `lanes` at a time, and says how many a second and what CPU of this process each took. */
export async function timed(
  work: (index: number) => Promise<unknown> | undefined,
  { operations, lanes }: { operations: number; lanes: number },
): Promise<Parameters<Rounds['add']>[1]> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < operations) await work(next++);
  };
  const [started, before] = [performance.now(), process.cpuUsage()];
  await Promise.all(Array.from({ length: lanes }, lane));
  const { user, system } = process.cpuUsage(before);
  return { rate: (operations * 1_000) / (performance.now() - started), cpuMicros: (user + system) / operations, latenciesMs: [] };
}
