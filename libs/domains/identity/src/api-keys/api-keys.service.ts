import { type Outbox } from '@caas/composition';
import { type Filter, type Mongo, op, type OwnFieldsOf, type Page, type Update } from '@caas/data-access-mongo';
import { type Clock, ConflictError, NotFoundError, ValidationError } from '@caas/runtime';
import { newId, type TenantId } from '@caas/schema';
import { apiKeyCreated, apiKeyRevoked, apiKeyRotated, auditChanges } from '@caas/tenancy';
import { type ChangeOrigin } from '../change-origin.js';
import { environmentOf } from '../applications/application-directory.js';
import { requireApplication } from '../applications/application-reference.js';
import { ApiKeyAnnouncer } from './api-key-announcer.js';
import { generateApiKey, lookupOf } from './api-key-format.js';
import { grantsOf, type KeyBounds, requireWithin, scopesFor, UNBOUNDED } from './api-key-grants.js';
import { type KeyChanges, type NewApiKey, permissionsChanged, restrictionsChanged, toldOf } from './api-key-input.js';
import { type ApiKeyRow, newApiKeyRow } from './api-key-row.js';
import { type ApiKey, apiKeys } from './api-keys.collection.js';

/** Active keys of one application, or of those that are good for all, at most. */
export const ACTIVE_KEYS_MAX = 50;
/** How long a replaced key stays good unless its owner says otherwise: a day. */
const GRACE_SECONDS = 86_400;

/** Whoever manages keys. */
export interface KeyCaller extends ChangeOrigin {
  /** The key that calls, when one does: it hands out nothing that it does not have. */
  readonly keyId?: string;
  /** The bounds of a caller that is no key; an operator without bounds unless given. */
  readonly bounds?: KeyBounds;
  /** The application to which the caller belongs: keys of others do not exist for it. */
  readonly appId?: string | null;
}

type KeyUpdate = NonNullable<Update<OwnFieldsOf<typeof apiKeys>>['set']>;

export interface KeyFilter {
  readonly app_id?: string | undefined;
  readonly type?: ApiKey['type'] | undefined;
  readonly status?: ApiKey['status'] | undefined;
  readonly environment?: ApiKey['environment'] | undefined;
}

/** A key with its text, which is shown here and nowhere else. */
export interface IssuedKey {
  readonly key: string;
  readonly record: ApiKey;
}

export interface ApiKeysParts {
  readonly mongo: Mongo;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly peppers: readonly { readonly kid: string; readonly pepper: Buffer }[];
  /** Told after each change of a key, so that every process asks the store again. */
  readonly onChanged?: (key: Pick<ApiKey, 'key_lookup'>) => Promise<void>;
}

/** Creates, changes, replaces and revokes API keys. */
export class ApiKeysService {
  readonly #parts: ApiKeysParts;
  readonly #announcer: ApiKeyAnnouncer;

  constructor(parts: ApiKeysParts) {
    this.#parts = parts;
    this.#announcer = new ApiKeyAnnouncer(parts);
  }

  /**
   * Rejects with `ValidationError` naming the field, also `VAL_REFERENCE` for an unknown application and `VAL_SEMANTIC` when the environment is not that of the application,
   * with `AuthorizationError` AUTHZ_ESCALATION when the key would open more than the caller may, and with `ConflictError` RES_LIMIT_REACHED.
   */
  async create(tenantId: TenantId, input: NewApiKey, caller: KeyCaller): Promise<IssuedKey> {
    const { key, row } = this.#newKey(tenantId, input, { createdBy: caller.by });
    requireWithin(await this.#boundsOf(tenantId, caller), grantsOf(row));
    await this.#requirePlace(row);
    const write = (): Promise<ApiKey> => this.#repository().insert(row);
    const record = await this.#announcer.commit(
      {
        tell: [{ event: apiKeyCreated, of: row }],
        key: row,
        version: 0,
        action: { type: 'create', name: 'api_key.created' },
        changes: auditChanges({}, toldOf(row)),
        write,
      },
      caller,
    );
    return { key, record };
  }

  /** Newest first; of the caller's own application only, when it belongs to one. */
  list(
    tenantId: TenantId,
    { filter, limit, cursor, appId = null }: { filter: KeyFilter; limit: number; cursor?: string | undefined; appId?: string | null },
  ): Promise<Page<ApiKey>> {
    const wanted = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Filter<ApiKey>;
    const own = appId === null ? {} : { app_id: appId };
    return this.#repository().page(op.and({ tenant_id: tenantId }, wanted, own), { sort: { created_at: -1 }, limit, cursor });
  }

  /** Rejects with `NotFoundError` when the tenant, or the application that the caller belongs to, has no such key. */
  async get(tenantId: TenantId, keyId: string, { appId = null }: { appId?: string | null | undefined } = {}): Promise<ApiKey> {
    const own = appId === null ? {} : { app_id: appId };
    const record = await this.#repository().findOne({ key_id: keyId, tenant_id: tenantId, ...own }, { readFrom: 'primary' });
    if (record === undefined) throw new NotFoundError();
    return record;
  }

  /** Rejects as {@link create} and {@link get} do, and with `ConflictError` RES_STATE when the key is not active. */
  async update(
    tenantId: TenantId,
    { keyId, changes, expectedVersion }: { keyId: string; changes: KeyChanges; expectedVersion?: number | undefined },
    caller: KeyCaller,
  ): Promise<ApiKey> {
    const before = await this.get(tenantId, keyId, caller);
    if (before.status !== 'active') throw wrongState(`The key is ${before.status}.`);
    const set = {
      ...(changes.name !== undefined && { name: changes.name }),
      ...(changes.metadata !== undefined && { metadata: changes.metadata }),
      permissions: permissionsChanged(before, changes),
      restrictions: restrictionsChanged(before, changes, this.#parts.clock.now()),
    };
    const after = { ...before, ...set };
    const told = auditChanges(toldOf(before), toldOf(after));
    if (told === undefined) return before;
    if (told.fieldsChanged.some((field) => field !== 'name' && field !== 'metadata')) {
      const bounds = await this.#boundsOf(tenantId, caller);
      requireWithin(bounds, grantsOf(before));
      requireWithin(bounds, grantsOf(after));
    }
    const { __v: version } = before;
    const record = await this.#announcer.commit(
      {
        tell: [],
        key: after,
        version: version + 1,
        action: { type: 'update', name: 'api_key.updated' },
        changes: told,
        write: () => this.#repository().update(keyId, { set }, { expectedVersion: expectedVersion ?? version }),
      },
      caller,
    );
    await this.#parts.onChanged?.(record);
    return record;
  }

  /** Ends a key at once, everywhere. False when it was revoked before; rejects with `NotFoundError` when the tenant has no such key. */
  async revoke(
    tenantId: TenantId,
    { keyId, reason = null }: { keyId: string; reason?: string | null | undefined },
    caller: KeyCaller,
  ): Promise<boolean> {
    const record = await this.get(tenantId, keyId, caller);
    if (record.status === 'revoked') return false;
    const { __v: version } = record;
    const set = this.#revocation(caller.by, reason);
    await this.#announcer.commit(
      {
        tell: [{ event: apiKeyRevoked, of: record }],
        key: record,
        version: version + 1,
        action: { type: 'revoke', name: 'api_key.revoked' },
        reason: reason ?? undefined,
        write: () => this.#repository().update(keyId, { set }, { expectedVersion: version }),
      },
      caller,
    );
    await this.#parts.onChanged?.(record);
    return true;
  }

  /**
   * Makes a key with the same settings in place of one, which stays good for the time of grace. Rejects with `ConflictError` RES_STATE when the key was replaced or
   * revoked already, and as {@link create} does: the new key opens what the old one does.
   */
  async rotate(
    tenantId: TenantId,
    { keyId, graceSeconds = GRACE_SECONDS, reason }: { keyId: string; graceSeconds?: number | undefined; reason?: string | undefined },
    caller: KeyCaller,
  ): Promise<IssuedKey & { readonly predecessor: ApiKey }> {
    const old = await this.get(tenantId, keyId, caller);
    if (old.status !== 'active') throw wrongState(`The key is ${old.status}.`);
    if (!old.rotation.is_primary) throw wrongState('The key has a successor already.');
    requireWithin(await this.#boundsOf(tenantId, caller), grantsOf(old));
    const { key, row } = this.#successorOf(old, caller.by);
    const overlapUntil = new Date(this.#parts.clock.now() + graceSeconds * 1_000);
    const endsNow = graceSeconds === 0;
    const set = {
      'rotation.is_primary': false,
      'rotation.overlap_until': overlapUntil,
      'rotation.next_rotation_at': null,
      ...(endsNow && this.#revocation(caller.by, reason ?? 'rotated')),
    };
    const { __v: version } = old;
    const [record, predecessor] = await this.#announcer.commit(
      {
        tell: [
          { event: apiKeyRotated, of: old },
          { event: apiKeyCreated, of: row },
          ...(endsNow ? [{ event: apiKeyRevoked, of: old }] : []),
        ],
        key: old,
        version: version + 1,
        action: { type: 'rotate', name: 'api_key.rotated' },
        changes: { after: { successor_id: row.key_id, valid_until: overlapUntil.toISOString() }, fieldsChanged: ['rotation'] },
        reason,
        write: () => this.#replace({ keyId, set, version, row }),
      },
      caller,
    );
    await this.#parts.onChanged?.(old);
    return { key, record, predecessor };
  }

  /** The new one first: where there are no transactions and the process dies between, nobody has it, and the old one still works. */
  async #replace({
    keyId,
    set,
    version,
    row,
  }: {
    keyId: string;
    set: KeyUpdate;
    version: number;
    row: ApiKeyRow;
  }): Promise<[ApiKey, ApiKey]> {
    const repository = this.#repository();
    const record = await repository.insert(row);
    try {
      return [record, await repository.update(keyId, { set }, { expectedVersion: version })];
    } catch (error) {
      if (!this.#parts.mongo.capabilities.has('transactions')) await repository.delete(record.key_id);
      throw error;
    }
  }

  #newKey(tenantId: TenantId, input: NewApiKey, { createdBy }: { createdBy: string }) {
    const now = this.#parts.clock.now();
    const { type, environment, app_id, name, metadata } = input;
    const none: ApiKey['permissions'] = { scopes: scopesFor(type, input.scopes), allowed_endpoints: ['*'], rate_limit: null };
    const unrestricted = { restrictions: { ip_whitelist: [], expires_at: null, max_requests: input.max_requests } };
    const choice = {
      tenant_id: tenantId,
      app_id,
      name,
      type,
      environment,
      permissions: permissionsChanged({ type, permissions: none }, input),
      restrictions: restrictionsChanged(unrestricted, input, now),
      metadata,
      createdBy,
      autoRotate: input.auto_rotate,
      rotateAfterDays: input.rotate_after_days,
      predecessorId: null,
    };
    const { key, ...secrets } = this.#secretsOf(choice);
    return { key, row: newApiKeyRow({ ...choice, ...secrets }, now) };
  }

  #successorOf(old: ApiKey, createdBy: string) {
    const { tenant_id, app_id, name, type, environment, permissions, restrictions, metadata, rotation } = old;
    const { max_requests: max } = restrictions;
    const left = max < 0 ? max : Math.max(0, max - old.audit.total_requests);
    const { key, ...secrets } = this.#secretsOf(old);
    const row = newApiKeyRow(
      {
        ...{ tenant_id, app_id, name, type, environment, permissions, metadata, createdBy },
        ...secrets,
        restrictions: { ...restrictions, max_requests: left },
        autoRotate: rotation.auto_rotate,
        rotateAfterDays: rotation.rotate_after_days,
        predecessorId: old.key_id,
      },
      this.#parts.clock.now(),
    );
    return { key, row };
  }

  #secretsOf({ type, environment }: Pick<ApiKey, 'type' | 'environment'>) {
    const [signing] = this.#parts.peppers;
    if (signing === undefined) throw new TypeError('There is no API key pepper.');
    const { key, prefix } = generateApiKey(type, environment);
    return { key, key_id: newId('key'), key_prefix: prefix, key_lookup: lookupOf(key, signing.pepper), pepper_kid: signing.kid };
  }

  async #requirePlace({ tenant_id, app_id, environment }: Pick<ApiKey, 'tenant_id' | 'app_id' | 'environment'>): Promise<void> {
    if (app_id !== null) {
      const application = await requireApplication(this.#parts.mongo, { tenantId: tenant_id, appId: app_id });
      const wanted = environmentOf(application);
      if (environment !== wanted) {
        throw new ValidationError(
          [
            {
              field: '/body/environment',
              code: 'environment',
              message: `must be ${wanted}, as the application is ${application.environment}`,
            },
          ],
          {
            code: 'VAL_SEMANTIC',
          },
        );
      }
    }
    const active = await this.#repository().count({ tenant_id, app_id, status: 'active' }, { readFrom: 'primary', max: ACTIVE_KEYS_MAX });
    if (active >= ACTIVE_KEYS_MAX) {
      throw new ConflictError(`An application has at most ${ACTIVE_KEYS_MAX} active keys. Revoke one.`, {
        code: 'RES_LIMIT_REACHED',
        details: { limit: ACTIVE_KEYS_MAX, current: active },
      });
    }
  }

  /** What a caller may hand out: a key what it has itself, as it is stored now. */
  async #boundsOf(tenantId: TenantId, { keyId, bounds = UNBOUNDED }: KeyCaller): Promise<KeyBounds> {
    if (keyId === undefined) return bounds;
    return grantsOf(await this.get(tenantId, keyId));
  }

  #revocation(by: string, reason: string | null) {
    return {
      status: 'revoked',
      'audit.revoked_by': by,
      'audit.revoked_at': new Date(this.#parts.clock.now()),
      'audit.revocation_reason': reason,
    } as const;
  }

  #repository() {
    return this.#parts.mongo.platform(apiKeys);
  }
}

function wrongState(message: string): ConflictError {
  return new ConflictError(message, { code: 'RES_STATE' });
}
