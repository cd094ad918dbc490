import { announcing, type Outbox } from '@caas/composition';
import { type Mongo, type NewDocumentOf } from '@caas/data-access-mongo';
import { expandScopes, type Scope } from '@caas/gateway-middleware';
import { type EventDefinition, type PayloadOf } from '@caas/messaging-kafka';
import { type ApiKeyType, type Clock, NotFoundError, ValidationError } from '@caas/runtime';
import { newId, type TenantId } from '@caas/schema';
import { apiKeyCreated, apiKeyRevoked, aboutTenant } from '@caas/tenancy';
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

/** Creates and revokes API keys. What is told of one never has the key, nor anything that it could be found by. */
export class ApiKeysService {
  readonly #mongo: Mongo;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #peppers: readonly { readonly kid: string; readonly pepper: Buffer }[];

  constructor(options: { mongo: Mongo; outbox: Outbox; clock: Clock; peppers: readonly { kid: string; pepper: Buffer }[] }) {
    this.#mongo = options.mongo;
    this.#outbox = options.outbox;
    this.#clock = options.clock;
    this.#peppers = options.peppers;
  }

  /** The key in clear is returned here and nowhere else. Throws `ValidationError` naming `scopes` for an unknown one. */
  async create(input: NewApiKey): Promise<{ key: string; record: ApiKey }> {
    const [signing] = this.#peppers;
    if (signing === undefined) throw new TypeError('There is no API key pepper.');
    const { key, prefix } = generateApiKey(input.type, input.environment);
    const row = {
      key_id: newId('key'),
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
    } satisfies NewDocumentOf<typeof apiKeys>;
    const write = (): Promise<ApiKey> => this.#mongo.platform(apiKeys).insert(row);
    const record = await this.#commit(apiKeyCreated, row, { version: 0, by: input.createdBy, write });
    return { key, record };
  }

  /** Ends a key at once, everywhere. False when it was revoked before; throws `NotFoundError` when the tenant has no such key. */
  async revoke(tenantId: TenantId, keyId: string, { by, reason }: { by: string; reason: string | null }): Promise<boolean> {
    const repository = this.#mongo.platform(apiKeys);
    const record = await repository.findOne({ key_id: keyId, tenant_id: tenantId }, { readFrom: 'primary' });
    if (record === undefined) throw new NotFoundError();
    if (record.status === 'revoked') return false;
    const set = {
      status: 'revoked',
      'audit.revoked_by': by,
      'audit.revoked_at': new Date(this.#clock.now()),
      'audit.revocation_reason': reason,
    } as const;
    const { __v: version } = record;
    const write = (): Promise<ApiKey> => repository.update(keyId, { set }, { expectedVersion: version });
    await this.#commit(apiKeyRevoked, record, { version: version + 1, by, write });
    return true;
  }

  #commit<Result>(
    event: EventDefinition & { readonly payload: (typeof apiKeyCreated)['payload'] },
    row: ToldKey,
    { version, by, write }: { version: number; by: string; write: () => Promise<Result> },
  ): Promise<Result> {
    const timestamp = this.#clock.now();
    return this.#outbox.commit({
      events: [announcing({ event, tenant: aboutTenant(row.tenant_id), timestamp, payload: factsOf(row, { by, at: timestamp }) })],
      proof: { collection: apiKeys.name, tenantId: null, id: row.key_id, version },
      write,
    });
  }
}

type ToldKey = Pick<ApiKey, 'key_id' | 'tenant_id' | 'app_id' | 'key_prefix' | 'permissions' | 'restrictions'>;

function factsOf(row: ToldKey, { by, at }: { by: string; at: number }): PayloadOf<typeof apiKeyCreated> {
  const { key_id, tenant_id, app_id, key_prefix, permissions, restrictions } = row;
  return {
    key_id,
    tenant_id,
    ...(app_id !== null && { application_id: app_id }),
    key_prefix,
    scopes: permissions.scopes,
    ...(restrictions.expires_at !== null && { expires_at: restrictions.expires_at.getTime() }),
    by,
    at,
  };
}

function scopesOf(scopes: readonly string[]): Scope[] {
  try {
    return expandScopes(scopes);
  } catch (error) {
    throw new ValidationError([{ field: '/scopes', code: 'unknown_scope', message: (error as Error).message }], { cause: error });
  }
}
