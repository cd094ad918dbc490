import { type Collection, MongoClient } from 'mongodb';
import { type StoredRow } from '../checker/observed.js';
import { type AliasOf } from './topic-record.js';

interface MessageRow {
  readonly _id: string;
  readonly tenant_id: string;
  readonly conversation_id: string;
  readonly sequence: number;
  readonly content: { readonly text?: string };
  readonly metadata: { readonly client_message_id: string | null };
}

/** Databases in which tenants' rows can lie, whatever the isolation. */
const DATABASES = /^caas_(?!platform$)/;

/** The database itself, past every library: rows are found wherever they lie, not only where they belong. */
export class RawRows {
  readonly #client: MongoClient;

  constructor(uri: string) {
    this.#client = new MongoClient(uri, { serverSelectionTimeoutMS: 10_000 });
  }

  /** All messages of these conversations, in any collection of messages. */
  async ofConversations(conversations: readonly string[], aliasOf: AliasOf): Promise<StoredRow[]> {
    const found: StoredRow[] = [];
    for (const collection of await this.#collections()) {
      const rows = await collection.find({ conversation_id: { $in: [...conversations] } }, { promoteLongs: true }).toArray();
      for (const row of rows) {
        found.push({
          tenant: aliasOf(row.tenant_id),
          place: collection.namespace,
          messageId: row._id,
          conversation: row.conversation_id,
          sequence: Number(row.sequence),
          clientMessageId: row.metadata.client_message_id,
          text: row.content.text ?? '',
        });
      }
    }
    return found;
  }

  /** How many messages name that tenant, anywhere. */
  async countOf(tenantId: string): Promise<number> {
    const counts = (await this.#collections()).map((collection) => collection.countDocuments({ tenant_id: tenantId }));
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #collections(): Promise<Collection<MessageRow>[]> {
    const { databases } = await this.#client.db().admin().listDatabases({ nameOnly: true });
    const named = await Promise.all(
      databases
        .filter(({ name }) => DATABASES.test(name))
        .map(async ({ name }) => {
          const collections = await this.#client.db(name).listCollections({}, { nameOnly: true }).toArray();
          return collections.map((collection) => ({ database: name, collection: collection.name }));
        }),
    );
    return named
      .flat()
      .filter(({ collection }) => collection === 'messages' || collection.endsWith('_messages'))
      .map(({ database, collection }) => this.#client.db(database).collection<MessageRow>(collection));
  }
}
