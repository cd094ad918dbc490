import { setTimeout as pause } from 'node:timers/promises';
import { type Drill } from '../drill.js';

/** With plain kafkajs and its idempotence flag this loses messages: the broker takes another record for a repeat. */
export const brokerFrozen: Drill = {
  number: 1,
  name: 'broker-frozen',
  fault: 'the broker is frozen for 4 s, less than a send is tried (SIGSTOP, SIGCONT)',
  holds: 'callers hear of success or 503; nothing is lost, doubled or reordered',
  setup: {},
  replays: true,
  async run(field) {
    const load = field.load();
    await load.untilTaken(100);

    await field.frozen('kafka', field.random.integer(3_500, 4_500));
    await load.untilTaken(100);
    await pause(500);
    await load.stop();

    const others = Object.keys(load.refusals).filter((status) => status !== '503');
    field.claim('callers hear of success or 503', others.length === 0, JSON.stringify(load.refusals));
  },
};
