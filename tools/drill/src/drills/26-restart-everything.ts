import { setTimeout as pause } from 'node:timers/promises';
import { type Drill } from '../drill.js';
import { type Field } from '../field.js';

const PARTS = ['kafka', 'redis', 'registry', 'gateway', 'worker', 'mongodb'] as const;

export const restartEverything: Drill = {
  number: 26,
  name: 'restart-everything',
  fault: 'every part is killed and started again under load, in an order that follows from the seed; MongoDB is cut off instead',
  holds: 'everything is ready again by itself; nothing is lost, doubled or reordered',
  setup: { gatewayLinks: ['mongodb'], workerLinks: ['mongodb'] },
  mayLoseCounts: true,
  async run(field) {
    const load = field.load({ resends: true });
    await load.untilTaken(100);

    const order = field.random.shuffle(PARTS);
    for (const part of order) {
      await restart(field, part);
      await pause(field.random.integer(200, 1_500));
    }
    await load.untilTaken(100, { timeoutMs: 60_000 });
    await load.stop();

    field.claim('messages are accepted again', true, `after ${order.join(', ')}`);
  },
};

/** The stand-in for MongoDB forgets everything when it stops, so that it is only cut off. */
async function restart(field: Field, part: (typeof PARTS)[number]): Promise<void> {
  switch (part) {
    case 'gateway':
      await field.gateway.process.end('SIGKILL');
      return void (await field.startGateway());
    case 'worker':
      await field.worker.process.end('SIGKILL');
      return void (await field.startWorker());
    case 'mongodb': {
      const links = [...field.gateways, ...field.workers].flatMap((app) => app.links?.to('mongodb') ?? []);
      await Promise.all(links.map((link) => link.cut()));
      await pause(field.random.integer(1_000, 3_000));
      return void (await Promise.all(links.map((link) => link.restore())));
    }
    default:
      await field.killServer(part);
      await field.system.restoreServers();
  }
}
