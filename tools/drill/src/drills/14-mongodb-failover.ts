import { setTimeout as pause } from 'node:timers/promises';
import { MONGO_REFUSALS, mongoCommandOf, mongoRefusalOf } from '@caas/testing/network';
import { type Drill } from '../drill.js';

const TIMES = 3;
/** What a server that is no primary any more refuses; it goes on telling what it is. */
const REFUSED = new Set(['insert', 'update', 'delete', 'findAndModify', 'find', 'aggregate', 'getMore']);

export const mongodbFailover: Drill = {
  number: 14,
  name: 'mongodb-failover',
  fault:
    'the primary of MongoDB steps down three times, for one to three seconds: it answers every read and write with NotWritablePrimary (10107)',
  holds:
    'callers hear of success or 503; what was refused is tried again, nothing is lost, doubled or reordered, nothing becomes a dead letter',
  setup: { gatewayLinks: ['mongodb'], workerLinks: ['mongodb'] },
  mayLoseCounts: true, // of a batch that is stored and whose summaries are refused: the next try finds it stored, and counts nothing
  async run(field) {
    const load = field.load();
    await load.untilTaken(100);

    const links = field.apps.flatMap((app) => app.links?.to('mongodb') ?? []);
    for (let time = 0; time < TIMES; time += 1) {
      let refused = 0;
      const ends = links.map((link) =>
        link.answerFor((request) => {
          if (!REFUSED.has(mongoCommandOf(request) ?? '')) return undefined;
          refused += 1;
          return mongoRefusalOf(request, MONGO_REFUSALS.notPrimary);
        }),
      );
      await pause(field.random.integer(1_000, 3_000));
      for (const end of ends) end();
      field.claim('commands met a server that is no primary', refused > 0, refused);
      await load.untilTaken(50);
    }
    await load.stop();

    field.claimOnlyUnavailable(load);
    field.claim('the worker lives', !field.worker.process.exited);
  },
};
