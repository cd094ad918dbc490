import { type Mongo, type NewDocumentOf, type TenantCollection } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { type Collection, type MongoClient } from 'mongodb';
import { stored } from './data-documents.js';
import { tenantCollection } from './stores.js';

type Row = Record<string, unknown>;
type StoredRow = Row & { _id: string };
/** What a definition asks for of which only the name is known here. */
type NewRow = NewDocumentOf<TenantCollection>;

export const PAGE = 50;

/** What is measured, once through our repositories and once through the bare driver. */
export interface DataVariant {
  readonly name: 'ours' | 'raw';
  insert(message: Row): Promise<unknown>;
  bulkInsert(messages: readonly Row[]): Promise<unknown>;
  get(messageId: string): Promise<unknown>;
  /** The newest {@link PAGE} messages of a conversation; resolves with their number. */
  page(conversationId: string): Promise<number>;
  isMember(conversationId: string, userId: string): Promise<boolean>;
  seedConversation(conversation: Row): Promise<unknown>;
}

const messages = tenantCollection('messages');
const conversations = tenantCollection('conversations');

/** Through the repositories of one tenant, which are made for each operation, as for each request. */
export function ours(mongo: Mongo, tenant: TenantContext): DataVariant {
  const rows = () => mongo.forTenant(tenant).repository(messages);
  const groups = () => mongo.forTenant(tenant).repository(conversations);
  return {
    name: 'ours',
    insert: (message) => rows().insert(message as NewRow),
    bulkInsert: (list) => rows().insertMany(list as readonly NewRow[]),
    get: (id) => rows().get(id),
    page: async (id) => (await rows().page({ conversation_id: id }, { sort: { sequence: -1 }, limit: PAGE })).items.length,
    isMember: (id, userId) => groups().exists({ conversation_id: id, 'participants.user_id': userId }),
    seedConversation: (row) => groups().insert(row as NewRow),
  };
}

/** The calls that the repositories make, by hand: same filters, projections, order, time budget and read preference. */
export function raw(client: MongoClient, { tenant, database }: { tenant: TenantContext; database: string }): DataVariant {
  const { tenantId } = tenant;
  const collection = (name: string): Collection<StoredRow> => client.db(database).collection<StoredRow>(name);
  const [rows, groups] = [collection(messages.name), collection(conversations.name)];
  const write = { maxTimeMS: 5_000 };
  const read = { ...write, readPreference: 'primaryPreferred' } as const;
  const live = { tenant_id: tenantId, deleted_at: null };
  const storedMessage = (row: Row): StoredRow => stored(row, { idField: 'message_id', tenantId });
  return {
    name: 'raw',
    insert: (message) => rows.insertOne(storedMessage(message), write),
    bulkInsert: (list) => rows.insertMany(list.map(storedMessage), { ...write, ordered: false }),
    get: (id) => rows.findOne({ _id: id, ...live }, read),
    page: async (id) => {
      const found = await rows.find({ conversation_id: id, ...live }, { ...read, sort: { sequence: -1 }, limit: PAGE + 1 }).toArray();
      return found.slice(0, PAGE).length;
    },
    isMember: async (id, userId) =>
      (await groups.findOne({ _id: id, ...live, 'participants.user_id': userId }, { ...read, projection: { _id: 1 } })) !== null,
    seedConversation: (row) => groups.insertOne(stored(row, { idField: 'conversation_id', tenantId }), write),
  };
}
