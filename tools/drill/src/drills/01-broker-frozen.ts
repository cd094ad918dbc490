import { type Drill } from '../drill.js';

/** With plain kafkajs and its idempotence flag this loses messages: the broker takes another record for a repeat. */
export const brokerFrozen: Drill = {
  number: 1,
  name: 'broker-frozen',
  fault: 'the broker is frozen for 4 s, less than a send is tried (SIGSTOP, SIGCONT)',
  holds: 'callers hear of success or 503; nothing is lost, doubled or reordered',
  setup: {},
  async run(field) {
    const load = field.load();
    await load.untilTaken(100);

    await field.frozen('kafka', field.random.integer(3_500, 4_500));
    await load.untilTaken(100);
    await load.stop();

    field.claimOnlyUnavailable(load);
  },
};
