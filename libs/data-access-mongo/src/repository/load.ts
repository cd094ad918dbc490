import { type StoredDocument } from '../definition/document-codec.js';
import { type DocumentOf } from '../definition/document-types.js';
import { insertStored, type InsertManyResult } from './bulk.js';
import { type WriteOptions } from './operation-runner.js';
import { type RepositoryContext, stampedDocument } from './repository-context.js';

/** A whole document with its own times, as it was or would have been; what is left out is as in a new one that was made at `created_at`. */
export type LoadedDocument<Definition> = Omit<DocumentOf<Definition>, RepositoryField> &
  Partial<Pick<DocumentOf<Definition>, RepositoryField & keyof DocumentOf<Definition>>>;

type RepositoryField = 'tenant_id' | 'updated_at' | '__v' | 'deleted_at' | 'deleted_by';

const KEPT = ['updated_at', '__v', 'deleted_at', 'deleted_by'] as const;

/** See `LifecycleRepository.load`. */
export async function load(
  context: RepositoryContext,
  documents: readonly Readonly<Record<string, unknown>>[],
  options: WriteOptions,
): Promise<InsertManyResult> {
  if (documents.length === 0) return { inserted: [], duplicates: [] };
  return insertStored(
    context,
    documents.map((document) => loadedDocument(context, document)),
    options,
  );
}

function loadedDocument(context: RepositoryContext, document: Readonly<Record<string, unknown>>): StoredDocument {
  const stored = stampedDocument(context, document, document['created_at'] as Date);
  const kept = KEPT.filter((field) => field in stored && document[field] !== undefined);
  return Object.assign(stored, Object.fromEntries(kept.map((field) => [field, document[field]])));
}
