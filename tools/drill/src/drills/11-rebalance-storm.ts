import { setTimeout as pause } from 'node:timers/promises';
import { type Drill } from '../drill.js';

const STORM_MS = 30_000;

export const rebalanceStorm: Drill = {
  number: 11,
  name: 'rebalance-storm',
  fault: 'a second worker comes and goes for 30 s, now by SIGTERM, now by SIGKILL',
  holds: 'the first worker lives through it, the lag returns to 0; nothing is lost, doubled or reordered',
  setup: {},
  mayLoseCounts: true,
  async run(field) {
    const load = field.load();
    const first = field.worker;
    const until = performance.now() + STORM_MS;
    let rounds = 0;
    while (performance.now() < until) {
      const guest = await field.startWorker();
      await pause(field.random.integer(500, 2_000));
      await guest.process.end(field.random.pick(['SIGTERM', 'SIGKILL'] as const));
      await pause(field.random.integer(500, 2_000));
      rounds += 1;
    }
    await load.stop();

    field.claim('the first worker lives', !first.process.exited, `${rounds} rounds`);
  },
};
