import { type Drill } from '../drill.js';

export const workerKilledMidInsert: Drill = {
  number: 9,
  name: 'worker-killed-mid-insert',
  fault: 'the connection to MongoDB breaks in the middle of what the worker writes, and the worker is killed at that moment',
  holds: 'the batch that was stored in part is completed by the next worker; nothing is lost or doubled',
  setup: { workerLinks: ['mongodb'] },
  replays: true,
  mayLoseCounts: true,
  async run(field) {
    const load = field.load();
    await load.untilTaken(50);

    const { process, links } = field.worker;
    const [link] = links?.to('mongodb') ?? [];
    await link?.dropAfter(field.random.integer(20_000, 200_000));
    await process.end('SIGKILL');
    await load.untilTaken(50);
    await field.startWorker();
    await load.untilTaken(50);
    await load.stop();
  },
};
