import { type Figure } from './support/report.js';
import { median } from './support/statistics.js';
import { type BenchSystem, type Server } from './support/system.js';

/** P14: from the start of a process until it says that it is ready, servers up: gateway beside bare `node:http`, and the worker, which is ready when it has joined its groups. */
export async function measureStart(system: BenchSystem, { rounds }: { rounds: number }): Promise<Figure[]> {
  const times = { bare: [] as number[], gateway: [] as number[], worker: [] as number[] };
  const timed = async (list: number[], start: () => Promise<Server>): Promise<void> => {
    const started = performance.now();
    const { process } = await start();
    list.push(performance.now() - started);
    await process.end();
  };
  for (let round = 0; round < 1 + rounds; round++) {
    await timed(times.bare, () => system.baseline('bare'));
    await timed(times.gateway, () => system.gateway());
    await timed(times.worker, () => system.worker());
  }
  const of = (list: readonly number[]): number => median(list.slice(1)); // the first start reads from the disk
  const [bare, gateway, worker] = [of(times.bare), of(times.gateway), of(times.worker)];
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  return [
    {
      goal: 'P14',
      what: 'gateway: start to ready / bare node:http',
      measured: ms(gateway),
      baseline: ms(bare),
      value: gateway / bare,
      unit: 'times',
      floor: 7,
    },
    { goal: 'P14', what: 'gateway: start to ready', measured: ms(gateway), value: gateway, unit: 'ms', floor: 5_000 },
    { goal: 'P14', what: 'worker: start until it joined its groups', measured: ms(worker), value: worker, unit: 'ms', floor: 5_000 },
  ];
}
