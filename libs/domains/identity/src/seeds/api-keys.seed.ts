import { definePlatformSeed, type SeedContext, type SeedRow } from '@caas/composition/seeding';
import { expandScopes } from '@caas/gateway-middleware';
import { generateApiKey, lookupOf } from '../api-keys/api-key-format.js';
import { apiKeys } from '../api-keys/api-keys.collection.js';
import { type SeededApplication, seededApplications } from './seeded-applications.js';

const SCOPES = { server: ['users:*', 'chat:*', 'presence:*', 'files:*'], client: ['chat:*', 'presence:*'] } as const;
const TYPES = ['server', 'client'] as const;
const ROTATE_AFTER_DAYS = 90;

export interface SeededKey {
  readonly application: SeededApplication;
  readonly type: (typeof TYPES)[number];
  /** In clear. Follows from the pepper, so whoever seeds can read it as often as they like. */
  readonly key: string;
  readonly prefix: string;
}

/** A server and a client key for each application. */
export function seededKeys(context: SeedContext): readonly SeededKey[] {
  return seededApplications(context).flatMap((application) =>
    TYPES.map((type) => {
      const bytes = context.secret('api key', application.appId, type);
      return { application, type, ...generateApiKey(type, application.environment === 'production' ? 'live' : 'test', { bytes }) };
    }),
  );
}

/** Keys of all applications. */
export const apiKeysSeed = definePlatformSeed({
  name: 'api keys',
  collection: apiKeys,
  plan: (context) => {
    const keys = seededKeys(context);
    return { total: keys.length, rows: keys.map((key) => row(context, key)) };
  },
});

function row(context: SeedContext, { application: { client, appId, environment }, type, key, prefix }: SeededKey): SeedRow<typeof apiKeys> {
  return {
    key_id: context.id('key', appId, type),
    tenant_id: client.tenantId,
    app_id: appId,
    name: type === 'server' ? 'Server' : 'Client',
    type,
    environment: environment === 'production' ? 'live' : 'test',
    key_prefix: prefix,
    key_lookup: lookupOf(key, context.pepper.pepper),
    pepper_kid: context.pepper.kid,
    status: 'active',
    permissions: { scopes: expandScopes(SCOPES[type]), allowed_endpoints: ['*'], rate_limit: null },
    restrictions: { ip_whitelist: [], expires_at: null, max_requests: -1 },
    rotation: {
      is_primary: true,
      predecessor_id: null,
      overlap_until: null,
      auto_rotate: false,
      rotate_after_days: ROTATE_AFTER_DAYS,
      last_rotated_at: null,
      next_rotation_at: null,
    },
    audit: {
      created_by: 'seed',
      revoked_by: null,
      revoked_at: null,
      revocation_reason: null,
      last_used_at: null,
      last_used_ip: null,
      last_used_endpoint: null,
      total_requests: 0,
      failed_requests: 0,
      last_failure_at: null,
      last_failure_reason: null,
    },
    metadata: null,
    created_at: client.signedUpAt,
  };
}
