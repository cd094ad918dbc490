import { type Drill } from '../drill.js';
import { isTaken } from '../ledger/entry.js';

const OPEN = 500;

export const gatewayKilled: Drill = {
  number: 6,
  name: 'gateway-killed',
  fault: 'one of two gateways is killed with 500 requests open',
  holds: 'what it accepted is stored; what nobody heard of is sent again elsewhere under the same id and is one message',
  setup: { gateways: 2 },
  async run(field) {
    const [other, victim] = field.gateways;
    if (other === undefined || victim === undefined) throw new Error('Two gateways are needed.');
    const drafts = Array.from({ length: OPEN }, (_, index) => {
      const scene = field.random.pick(field.scenes);
      const room = { conversation: field.random.pick(scene.conversations), sender: field.random.pick(scene.senders) };
      return { scene, ...room, message: `${field.runName}-${index}` };
    });

    const outcomes = await Promise.all(
      drafts.map(async (draft) => {
        const outcome = await field.sends.send(victim.url, draft);
        if (isTaken(outcome)) await victim.process.end('SIGKILL');
        return { draft, outcome };
      }),
    );
    const unheard = outcomes.filter(({ outcome }) => !isTaken(outcome));
    const again = await Promise.all(unheard.map(({ draft }) => field.sends.send(other.url, draft)));

    field.claim(
      'some were accepted and some were cut off',
      unheard.length > 0 && unheard.length < OPEN,
      `${unheard.length} of ${OPEN} cut off`,
    );
    field.claim('every resend is accepted', again.every(isTaken), `${again.filter(isTaken).length} of ${again.length}`);
  },
};
