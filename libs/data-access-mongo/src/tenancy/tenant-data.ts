import { InternalError, type TenantContext } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type ReadRepository } from '../repository/read-repository.js';
import { type LifecycleRepository, type TenantRepository } from '../repository/repository.js';

/** A definition in tenant scope. */
export type TenantCollection = CollectionDefinition<CollectionDefinition['schema'], string, 'tenant'>;

/** Makes what a door hands out; each definition once. */
class PerDefinition {
  readonly #make: (definition: TenantCollection) => unknown;
  readonly #made = new Map<TenantCollection, unknown>();

  constructor(make: (definition: TenantCollection) => unknown) {
    this.#make = make;
  }

  get(definition: TenantCollection): unknown {
    if (definition.scope !== 'tenant')
      throw new InternalError(`Collection "${(definition as CollectionDefinition).name}" is not a tenant collection.`);
    const made = this.#made.get(definition) ?? this.#make(definition);
    this.#made.set(definition, made);
    return made;
  }
}

/** One tenant's data, and nobody else's. Made by `Mongo.forTenant` only. Cheap: make one per request or batch. */
export class TenantData {
  readonly tenant: TenantContext;
  readonly #repositories: PerDefinition;

  /** @internal */
  constructor(tenant: TenantContext, make: (definition: TenantCollection) => TenantRepository<TenantCollection>) {
    this.tenant = tenant;
    this.#repositories = new PerDefinition(make);
  }

  /** The tenant's rows of one collection. Throws `InternalError` for a platform collection. */
  repository<Definition extends TenantCollection>(definition: Definition): TenantRepository<Definition> {
    return this.#repositories.get(definition) as TenantRepository<Definition>;
  }
}

/** One tenant's data to look at, whatever the tenant's state. Made by `Mongo.inspectTenant` only. */
export class TenantReader {
  readonly tenant: TenantContext;
  readonly #repositories: PerDefinition;

  /** @internal */
  constructor(tenant: TenantContext, make: (definition: TenantCollection) => ReadRepository<TenantCollection>) {
    this.tenant = tenant;
    this.#repositories = new PerDefinition(make);
  }

  /** The tenant's rows of one collection, without a way to change them. Throws `InternalError` for a platform collection. */
  repository<Definition extends TenantCollection>(definition: Definition): ReadRepository<Definition> {
    return this.#repositories.get(definition) as ReadRepository<Definition>;
  }
}

/** One tenant's data in the hands of a life-cycle job, whatever the tenant's state. Made by `Mongo.operateOnTenant` only. */
export class TenantOperator {
  readonly tenant: TenantContext;
  readonly #repositories: PerDefinition;
  readonly #drop: (definition: TenantCollection) => Promise<void>;

  /** @internal */
  constructor(
    tenant: TenantContext,
    {
      make,
      drop,
    }: {
      make: (definition: TenantCollection) => LifecycleRepository<TenantCollection>;
      drop: (definition: TenantCollection) => Promise<void>;
    },
  ) {
    this.tenant = tenant;
    this.#repositories = new PerDefinition(make);
    this.#drop = drop;
  }

  /** The tenant's rows of one collection, with what life-cycle jobs need besides. Throws `InternalError` for a platform collection. */
  repository<Definition extends TenantCollection>(definition: Definition): LifecycleRepository<Definition> {
    return this.#repositories.get(definition) as LifecycleRepository<Definition>;
  }

  /**
   * Removes the tenant's data of these collections for good: rows in batches where the collection is shared, the whole collection where it is the tenant's
   * own (its database goes with the last one). Works through the list and nothing else. Can be repeated.
   */
  async drop(definitions: readonly TenantCollection[]): Promise<void> {
    for (const definition of definitions) {
      if (this.tenant.isolation.model === 'shared') await this.repository(definition).purge({});
      else await this.#drop(definition);
    }
  }
}
