import { type Mongo } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { files, type StoredFile } from './files.collection.js';

/** Looks up the files of a tenant. */
export class FileReader {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  /** The live file with this id, as it is now; `undefined` when the tenant has none. */
  find(tenant: TenantContext, fileId: string): Promise<StoredFile | undefined> {
    return this.#mongo.forTenant(tenant).repository(files).find(fileId, { readFrom: 'primary' });
  }
}
