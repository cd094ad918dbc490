import { type Mongo, op } from '@caas/data-access-mongo';
import { type ApiKeyType } from '@caas/runtime';
import { type Application, applications } from '../applications/applications.collection.js';
import { environmentOf } from '../applications/application-directory.js';
import { type ApiKey, apiKeys } from './api-keys.collection.js';

/** What a request with a key is judged by, as caches hold it: nothing secret, and nothing that JSON cannot say. */
export interface KeyFacts {
  readonly keyId: string;
  readonly lookup: string;
  readonly tenantId: string;
  readonly appId: string | null;
  readonly type: ApiKeyType;
  readonly environment: 'live' | 'test';
  readonly standing: KeyStanding;
  readonly scopes: readonly string[];
  readonly endpoints: readonly string[];
  readonly networks: readonly string[];
  /** Epoch milliseconds. */
  readonly expiresAt: number | null;
  /** End of the time of grace of a key that was replaced, in epoch milliseconds. */
  readonly replacedAt: number | null;
  readonly requestsMax: number;
  readonly requestsUsed: number;
  /** What the key may ask for at most; null: as much as its tenant. */
  readonly rateLimit: { readonly requestsPerMinute: number | null; readonly requestsPerDay: number | null } | null;
}

/** `misplaced`: the application is gone, or not of the key's environment. */
export type KeyStanding = 'active' | 'revoked' | 'expired' | 'misplaced' | 'app_disabled';

/** The facts about the key with one of these look-up values; `undefined` when there is none. One indexed read, and one of the application. */
export async function loadKeyFacts(mongo: Mongo, lookups: readonly string[]): Promise<KeyFacts | undefined> {
  if (lookups.length === 0) return undefined;
  const record = await mongo.platform(apiKeys).findOne({ key_lookup: op.in(lookups) }, { readFrom: 'primary' });
  if (record === undefined) return undefined;
  const { app_id: appId } = record;
  const application = appId === null ? null : await mongo.platform(applications).find(appId, { readFrom: 'primary' });
  return factsOf(record, application);
}

function factsOf(record: ApiKey, application: Application | null | undefined): KeyFacts {
  const { permissions, restrictions, rotation } = record;
  const { rate_limit: limit } = permissions;
  return {
    keyId: record.key_id,
    lookup: record.key_lookup,
    tenantId: record.tenant_id,
    appId: record.app_id,
    type: record.type,
    environment: record.environment,
    standing: standingOf(record, application),
    scopes: permissions.scopes,
    endpoints: permissions.allowed_endpoints,
    networks: restrictions.ip_whitelist,
    expiresAt: restrictions.expires_at?.getTime() ?? null,
    replacedAt: rotation.overlap_until?.getTime() ?? null,
    requestsMax: restrictions.max_requests,
    requestsUsed: record.audit.total_requests,
    rateLimit: limit === null ? null : { requestsPerMinute: limit.requests_per_minute, requestsPerDay: limit.requests_per_day },
  };
}

function standingOf({ status, environment, tenant_id }: ApiKey, application: Application | null | undefined): KeyStanding {
  if (status !== 'active' || application === null) return status;
  const isPlaced =
    application !== undefined &&
    application.tenant_id === tenant_id &&
    application.status !== 'deleted' &&
    environmentOf(application) === environment;
  if (!isPlaced) return 'misplaced';
  return application.status === 'disabled' ? 'app_disabled' : 'active';
}
