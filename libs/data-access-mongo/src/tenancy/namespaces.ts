import { InternalError, type TenantContext } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { type PlatformDatabase } from '../definition/define-collection.js';

/** Where a collection lives. */
export interface Namespace {
  readonly database: string;
  readonly collection: string;
}

/** The part of the tenant's context that decides where its data lives. */
export type Placement = Pick<TenantContext, 'tenantId' | 'isolation'>;

export interface NamespaceOptions {
  /** First part of every database name; `caas` unless given. Another value keeps a test run apart from everything else. */
  readonly databasePrefix?: string;
}

export const DEFAULT_DATABASE_PREFIX = 'caas';

/** Form of a tenant id inside a name. */
const TENANT_ID = 'clnt_[a-z0-9]{8,32}';

/**
 * The place of a tenant's collection. Nothing else in CAAS puts such names together.
 *
 * | isolation | database | collection |
 * |---|---|---|
 * | shared | `caas_shared` | `messages` |
 * | collection | `caas_tenants` | `{tenant_id}_messages` |
 * | database | `caas_{tenant_id}` | `messages` |
 *
 * Throws `InternalError` for a malformed tenant id, an unknown model, or a database name that is not the tenant's own.
 */
export function namespaceOf(tenant: Placement, collection: string, options: NamespaceOptions = {}): Namespace {
  const prefix = checkedPrefix(options);
  const tenantId = checkedTenantId(tenant);
  const { model, databaseName } = tenant.isolation;
  switch (model) {
    case 'shared':
      return { database: `${prefix}_shared`, collection };
    case 'collection':
      return { database: `${prefix}_tenants`, collection: `${tenantId}_${collection}` };
    case 'database': {
      const database = `${prefix}_${tenantId}`;
      if (databaseName !== undefined && databaseName !== database) {
        throw new InternalError('The database named in the tenant’s isolation is not the one that belongs to the tenant.');
      }
      return { database, collection };
    }
    default:
      throw new InternalError(`There is no isolation model "${String(model satisfies never)}".`);
  }
}

/** Where all tenants of the shared strategy are, for what is set up once rather than per tenant. */
export function sharedNamespace(collection: string, options: NamespaceOptions = {}): Namespace {
  return { database: `${checkedPrefix(options)}_shared`, collection };
}

/** The place of a platform collection. */
export function platformNamespace(database: PlatformDatabase, collection: string, options: NamespaceOptions = {}): Namespace {
  return { database: `${checkedPrefix(options)}_${database}`, collection };
}

/** Every place where a collection may be, whoever its tenants are: exact names, and patterns over the whole name. */
export interface NamespacePattern {
  readonly database: string | RegExp;
  readonly collection: string | RegExp;
}

/** The places of a collection under all strategies: the other direction of {@link namespaceOf}, for streams over all tenants. */
export function namespacePatterns(
  { name, scope, database }: { readonly name: string; readonly scope: 'tenant' | 'platform'; readonly database: PlatformDatabase },
  options: NamespaceOptions = {},
): NamespacePattern[] {
  const prefix = checkedPrefix(options);
  if (scope === 'platform') return [{ database: `${prefix}_${database}`, collection: name }];
  return [
    { database: `${prefix}_shared`, collection: name },
    { database: `${prefix}_tenants`, collection: new RegExp(`^${TENANT_ID}_${name}$`) },
    { database: new RegExp(`^${prefix}_${TENANT_ID}$`), collection: name },
  ];
}

function checkedPrefix({ databasePrefix = DEFAULT_DATABASE_PREFIX }: NamespaceOptions): string {
  // 63 bytes for a database name, less "_clnt_" and 32 characters of tenant id.
  if (!/^[a-z][a-z0-9_]{0,23}$/.test(databasePrefix))
    throw new InternalError('A database prefix is 1–24 of [a-z0-9_] and starts with a letter.');
  return databasePrefix;
}

function checkedTenantId(tenant: Placement): string {
  try {
    return parseTenantId(tenant.tenantId);
  } catch (cause) {
    throw new InternalError('The tenant’s id is malformed.', { cause });
  }
}
