import { type Collection, type MongoClient } from 'mongodb';
import { type StoredDocument } from '../definition/document-codec.js';
import { type Namespace } from '../tenancy/namespaces.js';

/** Enough for the collections of CAAS, the shared ones, and those of some forty tenants that have their own. */
const KEPT_MAX = 2_000;

/**
 * The driver's objects for collections of one client. Making one resolves every option of client, database and collection anew and costs a tenth of a
 * small read, so they are kept, the latest ones at least: memory does not grow with the number of tenants.
 */
export class DriverCollections {
  readonly #client: MongoClient;
  readonly #kept = new Map<string, Collection<StoredDocument>>();

  constructor(client: MongoClient) {
    this.#client = client;
  }

  get({ database, collection }: Namespace): Collection<StoredDocument> {
    const name = `${database}.${collection}`;
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    if (this.#kept.size >= KEPT_MAX) for (const first of this.#kept.keys()) if (this.#kept.delete(first)) break;
    const made = this.#client.db(database).collection<StoredDocument>(collection);
    this.#kept.set(name, made);
    return made;
  }
}
