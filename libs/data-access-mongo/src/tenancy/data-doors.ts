import { MongoServerError } from 'mongodb';
import {
  type Clock,
  CrossTenantAccessError,
  InternalError,
  requireServed,
  type TenantContext,
  type TenantFence,
  tenantInContext,
} from '@caas/runtime';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type CursorCodec } from '../repository/cursor.js';
import { translateDriverError } from '../repository/driver-errors.js';
import { type OperationEnvironment, OperationRunner, type OperationTarget } from '../repository/operation-runner.js';
import { ReadRepository } from '../repository/read-repository.js';
import { LifecycleRepository, type PlatformRepository, Repository } from '../repository/repository.js';
import { type RepositoryContext } from '../repository/repository-context.js';
import { type Namespace, namespaceOf, platformNamespace, sharedNamespace } from './namespaces.js';
import { TenantData, type TenantCollection, TenantOperator, TenantReader } from './tenant-data.js';
import { requireTenant } from './tenant-guard.js';
import { TenantWriteGate } from './tenant-write-gate.js';

/** What repositories are made of. */
export interface RepositoryParts {
  /** Reaches CAAS's own data and the shared collections. */
  readonly environment: OperationEnvironment;
  /** Reaches one tenant's data. */
  readonly environmentOf: (tenant: TenantContext) => OperationEnvironment;
  readonly clock: Clock;
  readonly cursors: CursorCodec;
  readonly capabilities: ServerCapabilities;
  readonly databasePrefix: string;
  readonly fence?: TenantFence | undefined;
}

/** A definition in platform scope. */
export type PlatformCollection = CollectionDefinition<CollectionDefinition['schema'], string, 'platform'>;

type Place = RepositoryContext['namespaceOf'];

const NAMESPACE_NOT_FOUND = 26;

/** The only ways from a connected client to documents. Each decides who may pass before anything reaches the driver. */
export class DataDoors {
  readonly #parts: RepositoryParts;

  constructor(parts: RepositoryParts) {
    this.#parts = parts;
  }

  /** See `Mongo.forTenant`. */
  forTenant(tenant: TenantContext): TenantData {
    requireServed(requireTenant(tenant));
    refuseOtherThanCurrent(tenant);
    const { fence } = this.#parts;
    const gate = fence === undefined ? undefined : new TenantWriteGate(fence, tenant);
    return new TenantData(tenant, (definition) => new Repository(this.#tenantContext(definition, { tenant, gate })));
  }

  /** See `Mongo.inspectTenant`. */
  inspectTenant(tenant: TenantContext): TenantReader {
    requireTenant(tenant);
    return new TenantReader(tenant, (definition) => new ReadRepository(this.#tenantContext(definition, { tenant })));
  }

  /** See `Mongo.operateOnTenant`. */
  operateOnTenant(tenant: TenantContext): TenantOperator {
    requireTenant(tenant);
    return new TenantOperator(tenant, {
      make: (definition) => new LifecycleRepository(this.#tenantContext(definition, { tenant })),
      drop: (definition) => this.#drop(this.#parts.environmentOf(tenant), namespaceOf(tenant, definition.name, this.#parts)),
    });
  }

  /** See `Mongo.platform`. */
  platform<Definition extends PlatformCollection>(definition: Definition): PlatformRepository<Definition> {
    return new Repository<Definition>(this.#platformContext(definition));
  }

  /** See `Mongo.operateOnPlatform`. */
  operateOnPlatform<Definition extends PlatformCollection>(definition: Definition): LifecycleRepository<Definition> {
    return new LifecycleRepository<Definition>(this.#platformContext(definition));
  }

  /** See `Mongo.tenantsInShared`. */
  async tenantsInShared(definition: TenantCollection): Promise<string[]> {
    const { environment } = this.#parts;
    try {
      const shared = environment.collection(sharedNamespace(definition.name, this.#parts));
      const found = await shared((collection) => collection.distinct('tenant_id', {}));
      return found.filter((value) => typeof value === 'string');
    } catch (error) {
      throw translateDriverError(error, { collection: definition.name, operation: 'tenants_in_shared' });
    }
  }

  /** See `Mongo.dropEmptyShared`. */
  async dropEmptyShared(definition: TenantCollection): Promise<boolean> {
    const namespace = sharedNamespace(definition.name, this.#parts);
    const { environment } = this.#parts;
    const rows = await environment.collection(namespace)((collection) => collection.countDocuments({}, { limit: 1 }));
    if (rows > 0) return false;
    await this.#drop(environment, namespace);
    return true;
  }

  #platformContext(definition: PlatformCollection): RepositoryContext {
    if (definition.scope !== 'platform') {
      throw new InternalError(`Collection "${(definition as CollectionDefinition).name}" is a tenant collection; use forTenant().`);
    }
    const place: Place = ({ database, name }) => platformNamespace(database, name, this.#parts);
    return this.#context(definition, { place, tenantId: undefined, environment: this.#parts.environment });
  }

  #tenantContext(
    definition: CollectionDefinition,
    { tenant, gate }: { tenant: TenantContext; gate?: TenantWriteGate | undefined },
  ): RepositoryContext {
    const place: Place = ({ name }) => namespaceOf(tenant, name, this.#parts);
    return this.#context(definition, { place, tenantId: tenant.tenantId, gate, environment: this.#parts.environmentOf(tenant) });
  }

  #context(
    definition: CollectionDefinition,
    {
      place,
      tenantId,
      environment,
      gate,
    }: Pick<OperationTarget, 'tenantId' | 'gate'> & { place: Place; environment: OperationEnvironment },
  ): RepositoryContext {
    const { clock, cursors, capabilities } = this.#parts;
    const target = { namespace: place(definition), name: definition.name, idField: definition.id.field, tenantId, gate };
    return { definition, tenantId, runner: new OperationRunner(environment, target), clock, cursors, capabilities, namespaceOf: place };
  }

  async #drop(environment: OperationEnvironment, namespace: Namespace): Promise<void> {
    try {
      await environment.collection(namespace)((collection) => collection.drop());
    } catch (error) {
      if (isMissing(error)) return;
      throw translateDriverError(error, { collection: namespace.collection, operation: 'drop' });
    }
  }
}

/** Nothing was there to drop. Servers before 7.0 say so, some of them by the text alone. */
function isMissing(error: unknown): boolean {
  return error instanceof MongoServerError && (error.code === NAMESPACE_NOT_FOUND || error.errmsg === 'ns not found');
}

/** Code that runs inside one tenant never works on another's data; what works on several runs outside of any. */
function refuseOtherThanCurrent({ tenantId }: TenantContext): void {
  const current = tenantInContext();
  if (current !== undefined && current.tenantId !== tenantId) {
    throw new CrossTenantAccessError('The code runs inside another tenant than the one whose data it asks for.');
  }
}
