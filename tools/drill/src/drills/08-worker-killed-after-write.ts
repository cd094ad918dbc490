import { type Drill } from '../drill.js';

export const workerKilledAfterWrite: Drill = {
  number: 8,
  name: 'worker-killed-after-write',
  fault: 'the worker dies after it has stored a batch and before it commits (CAAS_FAULT=exit:after-write)',
  holds: 'the next worker is handed the batch again and stores nothing twice; the same for everything, replayed once more',
  setup: { workers: 0 },
  replays: true,
  mayLoseCounts: true,
  async run(field) {
    const load = field.load();
    await load.untilTaken(200);
    await load.stop();

    const doomed = await field.startWorker({ CAAS_FAULT: 'exit:after-write' }, { isDoomed: true });
    const code = await doomed.process.ended();
    field.claim('the worker died of the fault', code === null, `code ${code}`);
    await field.startWorker();
  },
};
