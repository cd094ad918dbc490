import { type Drill } from '../drill.js';
import { untilNoLag } from '../system/lag.js';

export const workerFrozen: Drill = {
  number: 10,
  name: 'worker-frozen',
  fault: 'one of two workers is frozen past its session (10 s), and goes on when its partitions are somebody else’s',
  holds: 'the other worker takes the partitions; late writes of the frozen one change nothing, its commit is refused',
  setup: { workers: 2 },
  mayLoseCounts: true,
  async run(field) {
    const load = field.load();
    await load.untilTaken(100);

    const thaw = field.freeze(field.worker.process.ref);
    await load.untilTaken(100);
    await load.stop();
    const { ended } = await untilNoLag(field.system.stack, { timeoutMs: 45_000 });
    field.claim('the other worker stores everything while one is frozen', ended);
    thaw();
    const after = field.load();
    await after.untilTaken(100);
    await after.stop();
    field.claim('both workers live', field.workers.length === 2, `${field.workers.length} run`);
  },
};
