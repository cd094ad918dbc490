import { deriveId, parseTenantId } from '@caas/schema';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { namespacePatterns, type NamespaceOptions } from '../tenancy/namespaces.js';
import { type SourceChange } from './change-source.js';
import { type StreamEvent } from './define-stream.js';

/** Turns what a source has into what a handler gets; `undefined` for a change of none of the collections. */
export type EventReader = (change: SourceChange) => StreamEvent | undefined;

/** Finds the definition of each change by its place, and names things as everybody outside of this library does. */
export function eventReader(collections: readonly CollectionDefinition[], options: NamespaceOptions): EventReader {
  const places = collections.flatMap((definition) =>
    namespacePatterns(definition, options).map(({ database, collection }) => ({
      definition,
      fits: [fit(database), fit(collection)] as const,
    })),
  );
  return (change) => {
    const place = places.find(({ fits: [database, collection] }) => database(change.database) && collection(change.collection));
    return place === undefined ? undefined : eventOf(change, place.definition);
  };
}

function fit(pattern: string | RegExp): (name: string) => boolean {
  return typeof pattern === 'string' ? (name) => name === pattern : (name) => pattern.test(name);
}

function eventOf(change: SourceChange, definition: CollectionDefinition): StreamEvent {
  const { token, operation, id, document, before, paths, at } = change;
  const tenant = (document ?? before)?.['tenant_id'];
  const outside = (stored: StoredDocument | undefined) => (stored === undefined ? undefined : definition.codec.decode(stored));
  return {
    eventId: deriveId('evt', token),
    operation,
    collection: definition.name,
    tenantId: definition.scope === 'platform' || tenant === undefined ? undefined : parseTenantId(tenant),
    id,
    document: outside(document),
    before: outside(before),
    paths,
    at,
  };
}
