import { type Drill } from '../drill.js';

export const twoGateways: Drill = {
  number: 19,
  name: 'two-gateways',
  fault: 'senders take turns between two gateways and send again what they heard nothing of, while the broker is frozen for 3 s',
  holds: 'each sender’s order is kept, and every reader sees one order',
  setup: { gateways: 2 },
  async run(field) {
    const urls = field.gateways.map(({ url }) => url);
    const turns = field.random.fork();
    const load = field.load({ gateway: () => turns.pick(urls), resends: true });
    await load.untilTaken(150);

    await field.frozen('kafka', 3_000);
    await load.untilTaken(150);
    await load.stop();

    field.claimOnlyUnavailable(load);
  },
};
