import { type Mongo } from '@caas/data-access-mongo';
import { expandScopes, type Scope } from '@caas/gateway-middleware';
import { type ApiKeyType, ValidationError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type ApiKey, apiKeys } from './api-keys.collection.js';
import { generateApiKey, lookupOf } from './api-key-format.js';

export interface NewApiKey {
  readonly tenantId: TenantId;
  /** `null`: good for all applications of the tenant. */
  readonly appId: string | null;
  readonly name: string;
  readonly type: ApiKeyType;
  readonly environment: 'live' | 'test';
  /** Wildcards such as `chat:*` are expanded before they are stored. */
  readonly scopes: readonly string[];
  readonly createdBy: string;
  readonly expiresAt?: Date;
}

const ROTATE_AFTER_DAYS = 90;

/** Creates API keys. */
export class ApiKeysService {
  readonly #mongo: Mongo;
  readonly #peppers: readonly { readonly kid: string; readonly pepper: Buffer }[];

  constructor(options: { mongo: Mongo; peppers: readonly { kid: string; pepper: Buffer }[] }) {
    this.#mongo = options.mongo;
    this.#peppers = options.peppers;
  }

  /** The key in clear is returned here and nowhere else. Throws `ValidationError` naming `scopes` for an unknown one. */
  async create(input: NewApiKey): Promise<{ key: string; record: ApiKey }> {
    const [signing] = this.#peppers;
    if (signing === undefined) throw new TypeError('There is no API key pepper.');
    const { key, prefix } = generateApiKey(input.type, input.environment);
    const record = await this.#mongo.platform(apiKeys).insert({
      tenant_id: input.tenantId,
      app_id: input.appId,
      name: input.name,
      type: input.type,
      environment: input.environment,
      key_prefix: prefix,
      key_lookup: lookupOf(key, signing.pepper),
      pepper_kid: signing.kid,
      status: 'active',
      permissions: { scopes: scopesOf(input.scopes), allowed_endpoints: ['*'], rate_limit: null },
      restrictions: { ip_whitelist: [], expires_at: input.expiresAt ?? null, max_requests: -1 },
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
        created_by: input.createdBy,
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
    });
    return { key, record };
  }
}

function scopesOf(scopes: readonly string[]): Scope[] {
  try {
    return expandScopes(scopes);
  } catch (error) {
    throw new ValidationError([{ field: '/scopes', code: 'unknown_scope', message: (error as Error).message }], { cause: error });
  }
}
