import { InternalError, type Logger, type TenantContext } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type Namespace } from '../tenancy/namespaces.js';
import { type TenantOperator } from '../tenancy/tenant-data.js';
import { type Migration } from './define-migration.js';
import { type MigrationContext } from './migration-context.js';
import { type MigrationEnvironment, type MigrationTarget, type MigrationTenants, targetNamespace } from './migration-environment.js';
import { refuseElsewhere } from './selection.js';

/** What every context of a migration is made of. */
export interface PlaceParts {
  readonly environment: MigrationEnvironment;
  readonly tenants: MigrationTenants;
  readonly migration: Migration;
  readonly target: MigrationTarget;
  readonly logger: Logger;
}

/** Where a migration runs, and what of it that place is concerned with: the same for a run that writes and for one that only records. */
export abstract class PlaceContext<Parts extends PlaceParts> {
  protected readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  get version(): string {
    return this.parts.migration.version;
  }

  get place(): MigrationContext['place'] {
    return this.parts.target.place;
  }

  get logger(): Logger {
    return this.parts.logger;
  }

  namespaceOf(definition: CollectionDefinition): Namespace {
    refuseElsewhere(this.parts.migration, definition);
    return targetNamespace(this.parts.environment, this.parts.target, definition);
  }

  async *tenants(): AsyncGenerator<TenantContext> {
    const { tenants, target } = this.parts;
    if (target.place === 'platform') return;
    if (target.tenant !== undefined) return void (yield target.tenant);
    for await (const { tenant } of tenants.all()) {
      this.beforeTenant();
      if (tenant.isolation.model === 'shared') yield tenant;
    }
  }

  /** Runs before each tenant is handed out; throws to end the migration. */
  protected beforeTenant(): void {}

  /** The data of a tenant of this place. Throws `InternalError` for any other tenant. */
  protected dataOf(tenant: TenantContext): TenantOperator {
    const { target, environment } = this.parts;
    const isHere = target.place === 'shared' ? tenant.isolation.model === 'shared' : target.place === tenant.tenantId;
    if (!isHere) throw new InternalError('This migration runs in another place than the tenant’s.');
    return environment.mongo.operateOnTenant(tenant);
  }
}
