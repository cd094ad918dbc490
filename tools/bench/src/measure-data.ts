import { newId } from '@caas/schema';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import { measureQuotas } from './measure-quotas.js';
import { conversationRow, messageRow } from './support/data-documents.js';
import { type DataVariant, ours, PAGE, raw } from './support/data-variants.js';
import { type Figure } from './support/report.js';
import { Rounds } from './support/rounds.js';
import { connectStores, sharedTenant, tenantCollection } from './support/stores.js';
import { type BenchSystem } from './support/system.js';
import { timed } from './support/timed.js';

/** Prefixes of the databases of our repositories and of the driver: two copies with the same validators and indexes. */
const [OURS, RAW] = ['benchours', 'benchraw'];
const LANES = 8;
const CONVERSATIONS = 8;
const MESSAGES_EACH = 120;
const MEMBERS = 20;
const BULK = 250;
const OPERATIONS = { get: 1_000, page: 120, isMember: 600, insert: 400, bulkInsert: 4 } as const;
type Operation = keyof typeof OPERATIONS;
const WARM_UP = 2;
/** What our clients ask of the server with each call: the bytes of it are not the layer's doing. */
const SAME_OPTIONS: MongoClientOptions = {
  readConcernLevel: 'majority',
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 5_000 },
  ignoreUndefined: true,
};

/**
 * The repositories beside the driver: same server, documents, indexes and options, one after the other in every round, the first of the two changing. By the CPU
 * of this process, because the server's share is the same for both; and by rate, where the server's share hides ours. Ends with the quota check.
 */
export async function measureData(system: BenchSystem, { rounds }: { rounds: number }): Promise<Figure[]> {
  const stores = await connectStores(system, OURS);
  const client = await MongoClient.connect(system.stack.mongodb_uri, { minPoolSize: LANES, ...SAME_OPTIONS });
  const drop = async (): Promise<void> => {
    for (const prefix of [OURS, RAW]) for (const name of ['shared', 'platform']) await client.db(`${prefix}_${name}`).dropDatabase();
  };
  try {
    await drop();
    await ensureCopies(system);
    const tenant = sharedTenant({ maxApiCallsPerMonth: 1_000_000_000 });
    const variants = [ours(stores.mongo, tenant), raw(client, { tenant, database: `${RAW}_shared` })] as const;
    const data = await seed(variants);
    const results = new Rounds();
    for (let round = 0; round < WARM_UP + rounds; round++) {
      await measureRound(round % 2 === 0 ? variants : variants.toReversed(), { data, results: round < WARM_UP ? new Rounds() : results });
      for (const prefix of [OURS, RAW])
        await client.db(`${prefix}_shared`).collection('messages').deleteMany({ conversation_id: data.written });
    }
    return [...figures(results), ...(await measureQuotas({ system, stores, client, tenant }, { rounds }))];
  } finally {
    await drop();
    await client.close();
    await stores.close();
  }
}

/** Every operation through each variant. */
async function measureRound(variants: readonly DataVariant[], { data, results }: { data: Seeded; results: Rounds }): Promise<void> {
  for (const operation of Object.keys(OPERATIONS) as Operation[]) {
    for (const variant of variants) {
      const sample = await timed(prepared(variant, operation, data), { operations: OPERATIONS[operation], lanes: LANES });
      results.add(`${operation} ${variant.name}`, sample);
    }
  }
}

const GOALS: Readonly<Record<Operation, { what: string; floor?: number }>> = {
  get: { what: 'get by id', floor: 0.8 },
  page: { what: `page of ${PAGE}`, floor: 0.8 },
  isMember: { what: 'membership check' },
  insert: { what: 'insert' },
  bulkInsert: { what: `bulk insert of ${BULK}`, floor: 0.7 },
};

function figures(results: Rounds): Figure[] {
  return (Object.keys(OPERATIONS) as Operation[]).flatMap((operation) => {
    const { what, floor } = GOALS[operation];
    const compared = { what: `${what} / driver`, name: `${operation} ours`, baseline: `${operation} raw` };
    return [
      results.compare({ ...compared, ...(floor === undefined ? {} : { floor }), by: 'cpu' }),
      results.compare({ ...compared, ...(floor === undefined ? {} : { floor }), by: 'rate' }),
    ];
  });
}

interface Seeded {
  readonly conversations: readonly string[];
  readonly members: readonly string[];
  readonly messageIds: readonly string[];
  /** The conversation that the rounds insert into. */
  readonly written: string;
}

/** The same documents for both. */
async function seed(variants: readonly DataVariant[]): Promise<Seeded> {
  const members = Array.from({ length: MEMBERS }, () => newId('usr'));
  const groups = Array.from({ length: CONVERSATIONS }, () => conversationRow(members));
  const conversations = groups.map(({ conversation_id }) => conversation_id);
  const lists = conversations.map((id) => Array.from({ length: MESSAGES_EACH }, (_, index) => messageRow(id, index + 1)));
  for (const variant of variants) {
    for (const group of groups) await variant.seedConversation(group);
    for (const list of lists) await variant.bulkInsert(list);
  }
  return { conversations, members, messageIds: lists.flat().map(({ message_id }) => message_id), written: newId('conv') };
}

let sequence = 0;

/** The operation, with its documents made before the clock starts. */
function prepared(variant: DataVariant, operation: Operation, data: Seeded): (index: number) => Promise<unknown> {
  const pick = <Item>(list: readonly Item[], index: number): Item => list[index % list.length] as Item;
  switch (operation) {
    case 'get':
      return (index) => variant.get(pick(data.messageIds, index * 7));
    case 'page':
      return async (index) => {
        if ((await variant.page(pick(data.conversations, index))) !== PAGE) throw new Error('the page is not full');
      };
    case 'isMember':
      return async (index) => {
        if (!(await variant.isMember(pick(data.conversations, index), pick(data.members, index)))) throw new Error('a member is missing');
      };
    case 'insert': {
      const rows = Array.from({ length: OPERATIONS.insert }, () => messageRow(data.written, ++sequence));
      return (index) => variant.insert(pick(rows, index));
    }
    case 'bulkInsert': {
      const lists = Array.from({ length: OPERATIONS.bulkInsert }, () =>
        Array.from({ length: BULK }, () => messageRow(data.written, ++sequence)),
      );
      return (index) => variant.bulkInsert(pick(lists, index));
    }
  }
}

/** Collections, validators and indexes of both copies. */
async function ensureCopies(system: BenchSystem): Promise<void> {
  for (const prefix of [OURS, RAW]) {
    const stores = await connectStores(system, prefix);
    try {
      await stores.mongo.ensure([tenantCollection('messages'), tenantCollection('conversations')]);
    } finally {
      await stores.close();
    }
  }
}
