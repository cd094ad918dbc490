import { type Mongo } from '@caas/data-access-mongo';
import { ConflictError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type SaasClient, saasClients } from '../tenants/tenants.collection.js';

/** The tenant's record, which decides whether a fence still holds: whoever changes its version first wins. */
export interface FenceRecords {
  /**
   * Makes sure that the record has another version than `version`, and answers the epoch of the placement then; `undefined` when the tenant is gone.
   * The flip of a move is guarded by the version, so from now on it has either happened or cannot happen any more.
   */
  settle(tenantId: TenantId, version: number): Promise<number | undefined>;
  /** The epoch, when the record has another version than `version` already. */
  look(tenantId: TenantId, version: number): Promise<{ readonly epoch: number } | 'same' | 'gone'>;
}

/** The records in MongoDB. `epochOf` picks the epoch of what the fence guards; that of the data unless given. */
export function mongoFenceRecords(
  mongo: Mongo,
  epochOf: (client: SaasClient) => number = ({ isolation }) => isolation.epoch,
): FenceRecords {
  const look: FenceRecords['look'] = async (tenantId, version) => {
    const client = await mongo.platform(saasClients).find(tenantId, { includeDeleted: true, readFrom: 'primary' });
    if (client === undefined) return 'gone';
    return client.__v === version ? 'same' : { epoch: epochOf(client) };
  };
  return {
    look,
    async settle(tenantId, version) {
      for (;;) {
        const found = await look(tenantId, version);
        if (found === 'gone') return undefined;
        if (found !== 'same') return found.epoch;
        try {
          await mongo.platform(saasClients).update(tenantId, { set: { 'provisioning.state': 'migrating' } }, { expectedVersion: version });
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error; // somebody else changed it: look again
        }
      }
    },
  };
}
