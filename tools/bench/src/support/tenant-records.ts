import { createHmac } from 'node:crypto';
import { type Mongo, type Operator } from '@caas/data-access-mongo';
import { SCOPES } from '@caas/gateway-middleware';
import { newId, newTenantId, type TenantId } from '@caas/schema';
import { KEYS_PER_TENANT, stubKey } from './stub-keys.js';

/** The one pepper of the benchmark. */
export const PEPPERS = [{ kid: 'bench', pepper: Buffer.alloc(32, 7) }];

/** Records of shared tenants, each with two server keys that may do everything. */
export interface TenantRecords {
  readonly tenantIds: readonly TenantId[];
  /** Answers what directory and authenticator ask of the platform's collections, from the memory of this process. */
  readonly source: Mongo;
  /** Records that were read so far. */
  reads(): number;
}

/**
 * Makes the records. They lie in memory so that no time of a server is in the figures: read by id and by the HMAC of the key, each as a copy, as a driver
 * would hand it out.
 */
export function tenantRecords(count: number): TenantRecords {
  const clients = new Map<string, object>();
  const keys = new Map<string, object>();
  const tenantIds = Array.from({ length: count }, (_, index) => {
    const tenantId = newTenantId();
    clients.set(tenantId, clientRecord(tenantId, index));
    for (let key = 0; key < KEYS_PER_TENANT; key++) {
      const lookup = createHmac('sha256', PEPPERS[0]?.pepper ?? '')
        .update(stubKey(index, key))
        .digest('hex');
      keys.set(lookup, keyRecord(tenantId, lookup));
    }
    return tenantId;
  });
  let reads = 0;
  const copy = (record: object | undefined): Promise<object | undefined> => {
    reads += 1;
    return Promise.resolve(structuredClone(record));
  };
  const rows = {
    findMany: () => Promise.resolve([]), // nothing was used before
    find: (id: string) => copy(clients.get(id)),
    findOne: ({ key_lookup: lookups }: { key_lookup: Operator<string> }) => copy(keys.get(String((lookups.operand as string[])[0]))),
  };
  return { tenantIds, source: { platform: () => rows } as unknown as Mongo, reads: () => reads };
}

/** The fields that a tenant's context is made of. */
function clientRecord(tenantId: TenantId, index: number): object {
  return {
    client_id: tenantId,
    company_name: `Bench tenant ${index}`,
    slug: `bench-${index}`,
    status: 'active',
    tier: 'starter',
    isolation: { model: 'shared', database_name: null, region: 'default', epoch: 1 },
    provisioning: { state: 'ready', schema_version: 1, operation_id: null },
    // out of reach of every load, so that nothing is refused
    quota_overrides: { requests_per_minute: 1_000_000_000, burst_per_second: 1_000_000, max_api_calls_per_month: 1_000_000_000 },
  };
}

/** The fields that a principal is made of. */
function keyRecord(tenantId: TenantId, lookup: string): object {
  return {
    key_id: newId('key'),
    tenant_id: tenantId,
    app_id: null, // good for all applications, of which there are none here
    type: 'server',
    environment: 'live',
    key_lookup: lookup,
    status: 'active',
    permissions: { scopes: [...SCOPES], allowed_endpoints: ['*'], rate_limit: null },
    restrictions: { ip_whitelist: [], expires_at: null, max_requests: -1 },
    rotation: { overlap_until: null },
    audit: { total_requests: 0 },
  };
}
