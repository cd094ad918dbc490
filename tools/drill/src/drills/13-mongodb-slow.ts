import { setTimeout as pause } from 'node:timers/promises';
import { type Drill } from '../drill.js';
import { membersOf } from '../system/lag.js';

export const mongodbSlow: Drill = {
  number: 13,
  name: 'mongodb-slow',
  fault: 'every byte between worker and MongoDB is 250 ms late either way for 12 s, then nothing comes for 5 s',
  holds: 'heartbeats go on, nobody leaves the group, batches grow; nothing is lost, doubled or reordered',
  setup: { workerLinks: ['mongodb'] },
  async run(field) {
    const load = field.load();
    await load.untilTaken(100);
    const before = await membersOf(field.system.stack);

    const links = field.worker.links?.to('mongodb') ?? [];
    for (const link of links) link.delay(250);
    await pause(12_000);
    for (const link of links) link.delay(0);
    for (const link of links) link.hold();
    await pause(5_000);
    for (const link of links) link.release();
    await load.untilTaken(50);
    await load.stop();

    const after = await membersOf(field.system.stack);
    field.claim(
      'no member leaves the group',
      before.length > 0 && before.join() === after.join(),
      `${before.length} before, ${after.length} after`,
    );
  },
};
