import { type CollectionDefinition } from '../definition/define-collection.js';
import {
  type Namespace,
  namespaceOf,
  type NamespaceOptions,
  type Placement,
  platformNamespace,
  sharedNamespace,
} from '../tenancy/namespaces.js';

/** One definition at one of its places. */
export interface SchemaPlace {
  readonly definition: CollectionDefinition;
  readonly namespace: Namespace;
}

/** The definitions at one place each: tenant collections at the tenant's, or in the shared database without one. */
export function* onePlace(
  options: NamespaceOptions,
  definitions: readonly CollectionDefinition[],
  tenant: Placement | undefined,
): Generator<SchemaPlace> {
  for (const definition of definitions) {
    const { name, scope, database } = definition;
    if (scope === 'platform') yield { definition, namespace: platformNamespace(database, name, options) };
    else yield { definition, namespace: tenant === undefined ? sharedNamespace(name, options) : namespaceOf(tenant, name, options) };
  }
}

/** The definitions at all their places, tenant by tenant; the shared database comes once, whoever is in it. */
export async function* schemaPlaces(
  options: NamespaceOptions,
  definitions: readonly CollectionDefinition[],
  tenants: AsyncIterable<Placement>,
): AsyncGenerator<SchemaPlace> {
  yield* onePlace(options, definitions, undefined);
  const ofTenants = definitions.filter(({ scope }) => scope === 'tenant');
  for await (const tenant of tenants) {
    if (tenant.isolation.model !== 'shared') yield* onePlace(options, ofTenants, tenant);
  }
}
