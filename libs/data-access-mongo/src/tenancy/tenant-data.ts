import { InternalError, type TenantContext } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type TenantRepository } from '../repository/repository.js';

/** A definition in tenant scope. */
export type TenantCollection = CollectionDefinition<CollectionDefinition['schema'], string, 'tenant'>;

/** Makes the repository of one definition for one tenant. */
export type RepositoryFactory = <Definition extends TenantCollection>(
  definition: Definition,
  tenant: TenantContext,
) => TenantRepository<Definition>;

/** One tenant's data, and nobody else's. Made by `Mongo.forTenant` only. Cheap: make one per request or batch. */
export class TenantData {
  readonly tenant: TenantContext;
  readonly #make: RepositoryFactory;
  readonly #made = new Map<CollectionDefinition, TenantRepository<TenantCollection>>();

  /** @internal */
  constructor(tenant: TenantContext, make: RepositoryFactory) {
    this.tenant = tenant;
    this.#make = make;
  }

  /** The tenant's rows of one collection. Throws `InternalError` for a platform collection. */
  repository<Definition extends TenantCollection>(definition: Definition): TenantRepository<Definition> {
    if (definition.scope !== 'tenant')
      throw new InternalError(`Collection "${(definition as CollectionDefinition).name}" is not a tenant collection.`);
    const made = this.#made.get(definition) ?? this.#make(definition, this.tenant);
    this.#made.set(definition, made as TenantRepository<TenantCollection>);
    return made as TenantRepository<Definition>;
  }
}
