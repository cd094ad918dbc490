import { type ChangeProof, type TenantContext } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type Filter, op } from '../repository/operators.js';
import { type ReadRepository } from '../repository/read-repository.js';
import { type PlatformCollection } from '../tenancy/data-doors.js';
import { type TenantCollection } from '../tenancy/tenant-data.js';

export interface ProofReaders {
  readonly collections: readonly CollectionDefinition[];
  readonly platform: (definition: PlatformCollection) => ReadRepository<CollectionDefinition>;
  readonly ofTenant: (tenant: TenantContext, definition: TenantCollection) => ReadRepository<CollectionDefinition>;
  /** The tenant whatever its state; `undefined` for one that is gone with its data. */
  readonly tenantOf: (tenantId: TenantId) => Promise<TenantContext | undefined>;
}

/** Whether the document that a proof names has been changed as often as it says. What is gone altogether proves nothing, so nothing is told of it. */
export async function isProven({ collection: name, tenantId, id, version }: ChangeProof, readers: ProofReaders): Promise<boolean> {
  const definition = readers.collections.find((candidate) => candidate.name === name);
  if (definition === undefined) return false;
  const repository = await repositoryOf(definition, tenantId, readers);
  if (repository === undefined) return false;
  const filter = { [definition.id.field]: id, __v: op.gte(version) } as Filter<object>;
  return repository.exists(filter as never, { readFrom: 'primary', includeDeleted: true });
}

async function repositoryOf(
  definition: CollectionDefinition,
  tenantId: TenantId | null,
  { platform, ofTenant, tenantOf }: ProofReaders,
): Promise<ReadRepository<CollectionDefinition> | undefined> {
  if (definition.scope === 'platform') return platform(definition as PlatformCollection);
  const tenant = tenantId === null ? undefined : await tenantOf(tenantId);
  return tenant && ofTenant(tenant, definition as TenantCollection);
}
