import { MONGO_REFUSALS, mongoCommandOf, mongoRefusalOf } from '@caas/testing/network';
import { waitUntil } from '@caas/testing/processes';
import { type Drill } from '../drill.js';
import { type Field } from '../field.js';
import { type Scene } from '../load/scene.js';

const LETTERS = 3;
const SETTLED_WITHIN_MS = 60_000;

interface Listed {
  readonly data: readonly { readonly dlq_id: string }[];
}

export const deadLetterReplay: Drill = {
  number: 25,
  name: 'dead-letter-replay',
  fault: 'dead letters are replayed twice at the same time while their conversation is written to, and once more when they are resolved',
  holds:
    'each is stored once, the order of the others stays, what is resolved is not replayed again; the same for everything, replayed once more',
  setup: { workerLinks: ['mongodb'] },
  replays: true,
  mayLoseCounts: true, // what is replayed twice at once is stored by one of the two, and an interrupted count is mended
  async run(field) {
    const [scene] = field.scenes;
    if (scene === undefined) throw new Error('There is no tenant.');
    const conversation = field.random.pick(scene.conversations);
    const since = new Date().toISOString();
    const [link] = field.worker.links?.to('mongodb') ?? [];
    const mend = link?.answerFor((request) =>
      mongoCommandOf(request) === 'findAndModify' && request.includes(conversation)
        ? mongoRefusalOf(request, MONGO_REFUSALS.typeMismatch)
        : undefined,
    );
    for (let index = 0; index < LETTERS; index += 1) {
      const room = { scene, conversation, sender: field.random.pick(scene.senders) };
      const { messageId = '' } = await field.sends.send(field.gateway.url, { ...room, message: `${field.runName}-aside-${index}` });
      field.putAside.add(messageId);
    }
    const letters = await listed(field, scene, { status: 'pending', since });
    mend?.();
    const load = field.load();
    await load.untilTaken(50);

    for (const id of letters) await Promise.all([replay(field, id), replay(field, id)]);
    const resolved = await listed(field, scene, { status: 'resolved', since });
    field.claim('every dead letter is resolved', resolved.length === letters.length, `${resolved.length} of ${letters.length}`);
    const again = await Promise.all(letters.map((id) => replay(field, id)));
    field.claim(
      'what is resolved is not replayed again',
      again.every((isReplayed) => !isReplayed),
      again.join(),
    );
    await load.untilTaken(50);
    await load.stop();

    field.claimOnlyUnavailable(load);
  },
};

/** Whether the operator’s command was carried out. */
function replay(field: Field, id: string): Promise<boolean> {
  return field.system.admin('dlq', 'replay', id, '--reason', 'drill').then(
    () => true,
    () => false,
  );
}

/** Dead letters of the tenant in that state, once there are as many as the drill made. */
function listed(field: Field, { tenant }: Scene, { status, since }: { status: string; since: string }): Promise<string[]> {
  const filter = ['--tenant', tenant.tenantId, '--status', status, '--since', since];
  const ask = async (): Promise<string[] | undefined> => {
    const { data } = (await field.system.admin('dlq', 'list', ...filter)) as Listed;
    return data.length === LETTERS ? data.map(({ dlq_id: id }) => id) : undefined;
  };
  return waitUntil(`${LETTERS} dead letters are ${status}`, ask, { timeoutMs: SETTLED_WITHIN_MS, everyMs: 500 });
}
