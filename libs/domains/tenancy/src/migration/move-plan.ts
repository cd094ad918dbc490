import { type Mongo, type TenantRelocation } from '@caas/data-access-mongo';
import { InternalError, ISOLATION_MODELS, type TenantContext, type TenantIsolation } from '@caas/runtime';
import { type JsonObject, z } from '@caas/schema';
import { type SaasClient, saasClients } from '../tenants/tenants.collection.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';

const place = z.strictObject({ model: z.enum(ISOLATION_MODELS), database_name: z.string().nullable(), epoch: z.int().min(1) });

/** Where a tenant's data is or is to be. */
export type Place = z.output<typeof place>;

/** What a move notes for its later steps, for a run after a kill, and for operators. */
const facts = z.object({
  from: place.optional(),
  to: place.optional(),
  /** When every process has seen that the tenant migrates, at the latest; milliseconds of the clock. */
  seen_at: z.number().optional(),
  /** Position behind which the copy of a collection goes on; null: it is complete. */
  copied: z.record(z.string(), z.string().nullable()).optional(),
  /** How the last attempts went. */
  fence_ms: z.array(z.number()).optional(),
  verified: z.record(z.string(), z.object({ rows: z.int(), digest: z.string() })).optional(),
  /** The old place, kept read-only; `dropped_at` once it is gone. */
  kept: z.object({ place, until: z.string(), dropped_at: z.string().nullable() }).optional(),
});
export type MoveFacts = z.output<typeof facts>;

/** The notes of a move. */
export function factsOf({ result }: { readonly result: JsonObject }): MoveFacts {
  return facts.parse(result);
}

/** The two places, from the notes; they are there once the first step has run. */
export function placesOf(row: { readonly result: JsonObject }): { from: Place; to: Place } {
  const { from, to } = factsOf(row);
  if (from === undefined || to === undefined) throw new InternalError('The move has not noted its places yet.');
  return { from, to };
}

/** A place as the rest of the process knows it. */
export function isolationOf({ model, database_name: databaseName, epoch }: Place): TenantIsolation {
  return { model, epoch, ...(databaseName === null ? {} : { databaseName }) };
}

/** The tenant at one of its places. */
export function tenantAt(client: SaasClient, at: Place): TenantContext {
  return { ...toTenantContext(client), isolation: isolationOf(at) };
}

/** Where the data is now, by the tenant's record. */
export function placeOf({ isolation: { model, database_name, epoch } }: SaasClient): Place {
  return { model, database_name, epoch };
}

/** The place of the next epoch in another strategy. The database strategy names its database in the record. */
export function nextPlace(mongo: Mongo, client: SaasClient, model: Place['model']): Place {
  const next = { model, epoch: client.isolation.epoch + 1 };
  if (model !== 'database') return { ...next, database_name: null };
  const { database } = mongo.relocation(toTenantContext(client), next).target('any');
  return { ...next, database_name: database };
}

/** What works between the two places of a move. */
export function relocationOf(mongo: Mongo, client: SaasClient, { from, to }: { from: Place; to: Place }): TenantRelocation {
  return mongo.relocation(tenantAt(client, from), isolationOf(to));
}

/** The tenant's record as it is now. Rejects with `NotFoundError`. */
export function readClient(mongo: Mongo, clientId: string): Promise<SaasClient> {
  return mongo.platform(saasClients).get(clientId, { includeDeleted: true, readFrom: 'primary' });
}
