import { type Filter, type Mongo, op, type Page } from '@caas/data-access-mongo';
import { type Clock, ConflictError, DuplicateKeyError, NotFoundError, type Quotas, type TenantContext } from '@caas/runtime';
import { newId, type TenantId } from '@caas/schema';
import { applicationCreated, applicationDeleted, applicationUpdated } from '@caas/tenancy';
import { type ApiKey, apiKeys } from '../api-keys/api-keys.collection.js';
import { type ApiKeysService } from '../api-keys/api-keys.service.js';
import { type ChangeOrigin } from '../change-origin.js';
import { type ApplicationAnnouncer } from './application-announcer.js';
import { type ApplicationChanges, type NewApplication } from './application-input.js';
import { applicationDefaults } from './application-settings.js';
import { type Application, applications } from './applications.collection.js';

/** Keys of one application that are looked at in one go: active ones, and those whose grace has not ended. */
const KEYS_MAX = 1_000;

export interface ApplicationsParts {
  readonly mongo: Mongo;
  readonly clock: Clock;
  readonly quotas: Pick<Quotas, 'require' | 'release'>;
  readonly announcer: ApplicationAnnouncer;
  readonly keys: Pick<ApiKeysService, 'revoke'>;
  /** Told after each change, so that every process looks at the application and at its keys anew. */
  readonly onChanged: (application: Application, keys: readonly ApiKey[]) => Promise<void>;
  /** Ends the sessions and tokens of an application. */
  readonly revokeTokens: (application: Application, by: string) => Promise<void>;
}

/** Applications of tenants. */
export class ApplicationsService {
  readonly #parts: ApplicationsParts;

  constructor(parts: ApplicationsParts) {
    this.#parts = parts;
  }

  /** Rejects with `ConflictError` for a name that is taken, and with `QuotaExceededError` when the plan allows no more. */
  async create(tenant: TenantContext, input: NewApplication, origin: ChangeOrigin): Promise<Application> {
    await this.#requireFree(tenant.tenantId, input.name);
    const { config, security } = applicationDefaults();
    const row = {
      app_id: newId('app'),
      tenant_id: tenant.tenantId,
      name: input.name,
      description: input.description ?? null,
      environment: input.environment,
      status: 'active' as const,
      disabled_at: null,
      config: merged(config, input.config),
      security: merged(security, input.security),
      metadata: null,
    };
    await this.#parts.quotas.require(tenant, 'applications');
    try {
      const write = (): Promise<Application> => this.#repository().insert(row);
      return await this.#parts.announcer.commit({ event: applicationCreated, after: row, version: 0, write }, origin);
    } catch (error) {
      this.#parts.quotas.release(tenant, 'applications');
      throw taken(error);
    }
  }

  /** Newest first; of the one that the caller belongs to only, when it does. */
  list(
    tenantId: TenantId,
    { appId, limit, cursor }: { appId: string | null; limit: number; cursor?: string | undefined },
  ): Promise<Page<Application>> {
    const own: Filter<Application> = appId === null ? {} : { app_id: appId };
    return this.#repository().page(op.and({ tenant_id: tenantId, status: op.ne('deleted') }, own), {
      sort: { created_at: -1 },
      limit,
      cursor,
    });
  }

  /** Rejects with `NotFoundError` when the tenant has no such application, or the caller belongs to another one. */
  async get(tenantId: TenantId, id: string, { appId = null }: { appId?: string | null } = {}): Promise<Application> {
    const found = await this.#repository().findOne({ app_id: id, tenant_id: tenantId }, { readFrom: 'primary' });
    if (found === undefined || found.status === 'deleted' || (appId !== null && appId !== id)) throw new NotFoundError();
    return found;
  }

  /** Changes what is named; the rest stays. Rejects as {@link create} and {@link get} do. */
  async update(
    tenantId: TenantId,
    { id, changes, expectedVersion }: { id: string; changes: ApplicationChanges; expectedVersion?: number | undefined },
    origin: ChangeOrigin,
  ): Promise<Application> {
    const before = await this.get(tenantId, id);
    if (changes.name !== undefined && changes.name !== before.name) await this.#requireFree(tenantId, changes.name);
    const status = changes.status ?? before.status;
    const set = {
      name: changes.name ?? before.name,
      description: changes.description === undefined ? before.description : changes.description,
      status,
      disabled_at: status === 'disabled' ? (before.disabled_at ?? new Date(this.#parts.clock.now())) : null,
      config: merged(before.config, changes.config),
      security: merged(before.security, changes.security),
    };
    return this.change(before, { set, expectedVersion }, origin);
  }

  /** Writes other fields of an application and tells of it. */
  async change(
    before: Application,
    {
      set,
      expectedVersion,
      action,
    }: { set: Partial<Application>; expectedVersion?: number | undefined; action?: { type: string; name: string } },
    origin: ChangeOrigin,
  ): Promise<Application> {
    const { __v: version, app_id: id } = before;
    const write = (): Promise<Application> => this.#repository().update(id, { set }, { expectedVersion: expectedVersion ?? version });
    const change = {
      event: applicationUpdated,
      before,
      after: { ...before, ...set },
      version: version + 1,
      ...(action && { action }),
      write,
    };
    try {
      const after = await this.#parts.announcer.commit(change, origin);
      await this.#parts.onChanged(after, await this.#keysOf(after));
      return after;
    } catch (error) {
      throw taken(error);
    }
  }

  /** Deletes an application softly; its keys, sessions and tokens end. A repeat finds nothing. */
  async remove(
    tenant: TenantContext,
    { id, expectedVersion }: { id: string; expectedVersion?: number | undefined },
    origin: ChangeOrigin,
  ): Promise<void> {
    const { mongo, quotas, keys, onChanged, revokeTokens } = this.#parts;
    const before = await this.get(tenant.tenantId, id);
    const ofApplication = await this.#keysOf(before);
    for (const { key_id: keyId } of ofApplication) await keys.revoke(tenant.tenantId, { keyId, reason: 'application deleted' }, origin);
    await revokeTokens(before, origin.by);
    const { __v: version } = before;
    const write = async (): Promise<void> => {
      const repository = mongo.platform(applications);
      await repository.update(id, { set: { status: 'deleted' } }, { expectedVersion: expectedVersion ?? version });
      await repository.softDelete(id, origin.by);
    };
    const after = { ...before, status: 'deleted' as const };
    await this.#parts.announcer.commit({ event: applicationDeleted, before, after, version: version + 1, write }, origin);
    quotas.release(tenant, 'applications');
    await onChanged(after, ofApplication);
  }

  /** The unique index decides between two at once. */
  async #requireFree(tenantId: TenantId, name: string): Promise<void> {
    if (await this.#repository().exists({ tenant_id: tenantId, name }, { readFrom: 'primary' })) throw nameTaken();
  }

  #keysOf({ tenant_id, app_id }: Application): Promise<ApiKey[]> {
    return this.#parts.mongo.platform(apiKeys).findMany({ tenant_id, app_id, status: 'active' }, { limit: KEYS_MAX, readFrom: 'primary' });
  }

  #repository() {
    return this.#parts.mongo.platform(applications);
  }
}

/** The fields of one group over those of another, two levels deep; what is not named stays. */
function merged<Group extends object>(stored: Group, given: object | undefined): Group {
  const result = { ...stored } as Record<string, unknown>;
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue;
    const old = result[name];
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value) && typeof old === 'object' && old !== null;
    result[name] = isGroup ? { ...old, ...definedOf(value as object) } : (value as unknown);
  }
  return result as unknown as Group;
}

function definedOf(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function taken(error: unknown): unknown {
  if (!(error instanceof DuplicateKeyError)) return error;
  return nameTaken(error);
}

function nameTaken(cause?: unknown): ConflictError {
  return new ConflictError('The tenant has an application with this name.', { details: { conflictWith: 'name' }, cause });
}
