import { setTimeout as delay } from 'node:timers/promises';
import { type Figure } from './support/report.js';
import { type BenchSystem } from './support/system.js';

const IDLE_MS = 30_000;
const MEGABYTE = 1_048_576;

/** Resident memory of gateway and worker that have done nothing for 30 s after they were ready. */
export async function measureMemory(system: BenchSystem, { nodeOptions }: { nodeOptions: readonly string[] }): Promise<Figure[]> {
  const [gateway, worker] = [await system.gateway(), await system.worker()];
  await delay(IDLE_MS);
  const figure = (what: string, bytes: number, floor: number): Figure => ({
    what,
    measured: ['node', ...nodeOptions].join(' '),
    value: bytes / MEGABYTE,
    unit: 'MB',
    floor,
  });
  return [
    figure('gateway, resident after 30 s idle', gateway.process.rssBytes(), 120),
    figure('worker, resident after 30 s idle', worker.process.rssBytes(), 150),
  ];
}
