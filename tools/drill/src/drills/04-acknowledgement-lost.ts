import { type Drill } from '../drill.js';

const TIMES = 3;

export const acknowledgementLost: Drill = {
  number: 4,
  name: 'acknowledgement-lost',
  fault: 'the answer to a produce request is dropped after the broker has written the records, three times',
  holds: 'the request is repeated, callers hear of success, the repeat is stored once',
  setup: { gatewayLinks: ['kafka'] },
  async run(field) {
    const load = field.load();
    await load.untilTaken(50);

    const [link] = field.gateway.links?.to('kafka') ?? [];
    for (let time = 0; time < TIMES; time += 1) {
      await link?.dropAnswer((answer) => answer.includes('chat.messages.'));
      await load.untilTaken(50);
    }
    await load.stop();

    field.claim('callers hear of success', Object.keys(load.refusals).length === 0, JSON.stringify(load.refusals));
  },
};
