import { type Drill } from '../drill.js';
import { type Field } from '../field.js';
import { isTaken } from '../ledger/entry.js';
import { type Draft } from '../load/recorded-send.js';

const SERIAL = 5;
const PARALLEL = 50;

export const duplicates: Drill = {
  number: 18,
  name: 'duplicates',
  fault: 'the same client id one after the other, 50 at once, at two gateways, after a restart, and with another body',
  holds: 'one message with one id and the first body; every sender hears of the same id',
  setup: { gateways: 2 },
  async run(field) {
    const load = field.load();
    const [first, second] = field.gateways;
    if (first === undefined || second === undefined) throw new Error('Two gateways are needed.');
    const drafts = field.scenes.map((scene): Draft => {
      const room = { conversation: field.random.pick(scene.conversations), sender: field.random.pick(scene.senders) };
      return { scene, ...room, message: `${field.runName}-same` };
    });

    for (const draft of drafts) {
      for (let time = 0; time < SERIAL; time += 1) await field.sends.send(first.url, draft);
      const urls = Array.from({ length: PARALLEL }, () => field.random.pick([first.url, second.url]));
      const outcomes = await Promise.all(urls.map((url) => field.sends.send(url, draft)));
      field.claim(`${PARALLEL} at once of ${draft.scene.tenant.alias} are all accepted`, outcomes.every(isTaken));
    }
    await second.process.end('SIGKILL');
    const restarted = await field.startGateway();
    for (const draft of drafts) await field.sends.send(restarted.url, draft);
    for (const draft of drafts) await otherBody(field, draft, first.url);
    await load.untilTaken(50);
    await load.stop();
  },
};

/** Another body under the same id: refused, or answered with the message as it was said first. */
async function otherBody(field: Field, { scene, conversation, sender, message }: Draft, url: string): Promise<void> {
  const answer = await scene.client.call<{ content?: { text?: string } }>('POST', `${url}/v1/conversations/${conversation}/messages`, {
    userId: sender,
    headers: { prefer: 'wait=10' },
    body: { type: 'text', content: { text: `${scene.tenant.alias}: something else` }, client_message_id: message },
  });
  const { text } = answer.body.content ?? {};
  const isRefused = answer.status === 409 || answer.status === 422;
  const isFirst = answer.status === 201 && text !== undefined && text.includes(message);
  field.claim(
    `another body of ${scene.tenant.alias} changes nothing`,
    isRefused || isFirst,
    `${answer.status}, "${(text ?? '').slice(0, 40)}"`,
  );
}
