import { PLAN_LIMITS, type TenantContext } from '@caas/runtime';
import { parseTenantId, type TenantId } from '@caas/schema';
import { saasClients } from '../tenants/tenants.collection.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';
import { type LifecycleEnvironment } from './lifecycle-operation.js';
import { RETAINED_COLLECTIONS } from './operations/hard-delete.js';
import { collectionsAboutTenants, tenantCollections } from './tenant-collections.js';

/** Data whose tenant does not exist, or was removed. */
export interface Orphan {
  readonly collection: string;
  /** `rows` in a collection that several share, or a whole `namespace` of a removed tenant. */
  readonly kind: 'rows' | 'namespace';
  /** As it stands in the rows; not necessarily a tenant id. */
  readonly tenant: string;
  readonly rows: number;
  /** Whether it is gone now. What has no readable tenant id is reported and left. */
  readonly removed: boolean;
}

type Environment = Pick<LifecycleEnvironment, 'mongo' | 'collections'>;
type Find = (tenantId: TenantId) => { count: () => Promise<number>; remove: () => Promise<unknown> };

/**
 * Finds rows whose tenant has no record or was removed for good, and collections of removed tenants; removes them when told to. Ids are read from the rows
 * first and looked up then: a tenant that comes to be meanwhile has its record before its first row. Idempotent.
 */
export async function cleanUpOrphans(environment: Environment, { apply }: { apply: boolean }): Promise<Orphan[]> {
  const { mongo, collections } = environment;
  const orphans: Orphan[] = [];
  for (const definition of tenantCollections(collections)) {
    const find: Find = (tenantId) => {
      const operator = mongo.operateOnTenant(aTenantThatIsGone(tenantId));
      const repository = operator.repository(definition);
      return {
        count: () => repository.count({}, { includeDeleted: true, readFrom: 'primary' }),
        remove: () => operator.drop([definition]),
      };
    };
    orphans.push(...(await inRows(environment, { name: definition.name, ids: await mongo.tenantsInShared(definition), find, apply })));
  }
  for (const definition of collectionsAboutTenants(collections).filter(({ name }) => !RETAINED_COLLECTIONS.has(name))) {
    const repository = mongo.operateOnPlatform(definition);
    const ids = await repository.distinct('tenant_id' as never, {}, { includeDeleted: true, readFrom: 'primary' });
    const find: Find = (tenantId) => {
      const filter = { tenant_id: tenantId } as never;
      return {
        count: () => repository.count(filter, { includeDeleted: true, readFrom: 'primary' }),
        remove: () => repository.purge(filter),
      };
    };
    orphans.push(...(await inRows(environment, { name: definition.name, ids, find, apply })));
  }
  return [...orphans, ...(await inNamespaces(environment, apply))];
}

async function inRows(
  { mongo }: Environment,
  { name, ids, find, apply }: { name: string; ids: readonly unknown[]; find: Find; apply: boolean },
): Promise<Orphan[]> {
  const orphans: Orphan[] = [];
  for (const id of ids) {
    if (id === null || id === undefined) continue; // rows of the platform itself
    const tenantId = readable(id);
    if (tenantId === undefined) {
      orphans.push({
        collection: name,
        kind: 'rows',
        tenant: typeof id === 'string' ? id.slice(0, 100) : typeof id,
        rows: -1,
        removed: false,
      });
      continue;
    }
    const client = await mongo.platform(saasClients).find(tenantId, { includeDeleted: true, readFrom: 'primary' });
    if (client !== undefined && client.provisioning.state !== 'purged') continue;
    const { count, remove } = find(tenantId);
    const rows = await count();
    if (apply) await remove();
    orphans.push({ collection: name, kind: 'rows', tenant: tenantId, rows, removed: apply });
  }
  return orphans;
}

/** By the records of the removed tenants and the list of definitions; nothing is looked for by a prefix. */
async function inNamespaces({ mongo, collections }: Environment, apply: boolean): Promise<Orphan[]> {
  const definitions = tenantCollections(collections);
  const orphans: Orphan[] = [];
  let cursor: string | undefined;
  do {
    const page = await mongo
      .platform(saasClients)
      .page({ 'provisioning.state': 'purged' }, { sort: { created_at: 1 }, limit: 100, includeDeleted: true, readFrom: 'primary', cursor });
    for (const client of page.items) {
      if (client.isolation.model === 'shared') continue;
      const tenant = toTenantContext(client);
      for (const definition of definitions) {
        const { changes } = await mongo.diff([definition], { tenant });
        if (changes.some(({ kind }) => kind === 'create_collection')) continue;
        const operator = mongo.operateOnTenant(tenant);
        const rows = await operator.repository(definition).count({}, { includeDeleted: true });
        if (apply) await operator.drop([definition]);
        orphans.push({ collection: definition.name, kind: 'namespace', tenant: client.client_id, rows, removed: apply });
      }
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return orphans;
}

function readable(id: unknown): TenantId | undefined {
  try {
    return parseTenantId(id);
  } catch {
    return undefined;
  }
}

/** Serves nothing: a context that reaches the rows of an id in the shared collections, and those only. */
function aTenantThatIsGone(tenantId: TenantId): TenantContext {
  return {
    tenantId,
    name: tenantId,
    plan: 'free',
    status: 'cancelled',
    provisioning: 'purged',
    isolation: { model: 'shared', epoch: 1 },
    limits: PLAN_LIMITS.free,
  };
}
