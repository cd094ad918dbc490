import { setTimeout as pause } from 'node:timers/promises';
import { type Drill } from '../drill.js';

export const mongodbDown: Drill = {
  number: 12,
  name: 'mongodb-down',
  fault: 'MongoDB refuses the worker for 20 s',
  holds: 'partitions wait and nothing becomes a dead letter; the gateway goes on accepting; all is stored after it returns',
  setup: { workerLinks: ['mongodb'] },
  mayLoseCounts: true, // of a batch that is stored and whose answer is cut off: the next try finds it stored, and counts nothing
  async run(field) {
    const load = field.load();
    await load.untilTaken(100);

    const links = field.worker.links?.to('mongodb') ?? [];
    await Promise.all(links.map((link) => link.cut()));
    const before = load.taken;
    await pause(20_000);
    field.claim('messages are accepted meanwhile', load.taken - before > 50, `${load.taken - before} accepted`);
    await Promise.all(links.map((link) => link.restore()));
    await load.untilTaken(50);
    await load.stop();

    field.claim('nobody is refused', Object.keys(load.refusals).length === 0, JSON.stringify(load.refusals));
    field.claim('the worker lives', !field.worker.process.exited);
  },
};
