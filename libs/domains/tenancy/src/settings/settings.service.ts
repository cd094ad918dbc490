import { announcing, type Outbox } from '@caas/composition';
import { type Mongo, type TenantRepository } from '@caas/data-access-mongo';
import { type RedisAccess, type TenantCache } from '@caas/data-access-redis';
import { changesBetween } from '@caas/messaging-kafka';
import {
  type AuditEntry,
  type Clock,
  DuplicateKeyError,
  type FieldIssue,
  isPromise,
  type Logger,
  type SecretBox,
  type TenantContext,
  ValidationError,
  VersionConflictError,
} from '@caas/runtime';
import { auditChanges } from '../audit/audit-changes.js';
import { auditing } from '../audit/auditing.js';
import { tenantUpdated } from '../platform-events/tenant.events.js';
import { saasClients } from '../tenants/tenants.collection.js';
import { featuresOf } from './plan-features.js';
import { SETTINGS_DEFAULTS } from './settings-defaults.js';
import { changed, SECRET_SETTINGS, SETTING_DEFAULTS, valueAt, withDefaults } from './settings-paths.js';
import { settingsIssues, withinPlan } from './settings-rules.js';
import { type SettingsDocument, settingsSchema } from './settings-schema.js';
import { tenantSettings, type TenantSettingsRow } from './tenant-settings.collection.js';

/** What a tenant chose, with defaults; secrets left out. */
export interface TenantSettings {
  readonly settings: SettingsDocument;
  /** Paths of the secrets that are set. */
  readonly secrets: readonly string[];
  /** Counts the changes; 0 before the first one. */
  readonly version: number;
}

/** Values by dotted path; null puts a setting without a null of its own back to its default. */
export type SettingsChanges = Readonly<Record<string, unknown>>;

export interface SettingsUpdate {
  /** Who changes it, for the log and the events. */
  readonly by: string;
  /** The same for the security trail; a part of CAAS unless given. */
  readonly actor?: AuditEntry['actor'];
  /** The change applies to exactly this version. */
  readonly expectedVersion?: number;
  /** Checks everything and writes nothing. */
  readonly dryRun?: boolean;
}

export interface SettingsParts {
  readonly mongo: Mongo;
  readonly redis: RedisAccess;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Seals what is kept secret. */
  readonly box: SecretBox;
}

const CACHE = { l1TtlMs: 60_000, l1Max: 10_000, ttlMs: 900_000 };
/** The one entry of a tenant. */
const ENTRY = 'all';
/** Two who change settings at once: the second one looks again, so often. */
const ATTEMPTS_MAX = 3;

/** Settings of tenants: read from caches, written within the plan. */
export class SettingsService {
  readonly #mongo: Mongo;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #box: SecretBox;
  readonly #cache: TenantCache<TenantSettings>;

  constructor({ mongo, redis, outbox, clock, logger, box }: SettingsParts) {
    this.#mongo = mongo;
    this.#outbox = outbox;
    this.#clock = clock;
    this.#logger = logger.child({ module: 'settings' });
    this.#box = box;
    this.#cache = redis.tenantCache('settings', CACHE);
  }

  /** The settings that are in force, whatever the tenant's state, within the limits of the plan. Synchronous when cached. Rejects with `UnavailableError` when nothing is cached and the store is away. */
  get(tenant: TenantContext): TenantSettings | Promise<TenantSettings> {
    const known = this.#cache.forTenant(tenant.tenantId).wrap(ENTRY, async () => viewOf(await this.#row(tenant)));
    return isPromise(known) ? known.then((loaded) => inForce(tenant, loaded)) : inForce(tenant, known);
  }

  /** Makes the row with the defaults, for a tenant that is not served yet; nothing happens when it is there. */
  async create(tenant: TenantContext): Promise<void> {
    await insertDefaults(this.#mongo.operateOnTenant(tenant).repository(tenantSettings), tenant);
  }

  /** Removes the row: when the provisioning is undone. */
  async remove(tenant: TenantContext): Promise<void> {
    await this.#mongo.operateOnTenant(tenant).repository(tenantSettings).delete(tenant.tenantId);
    await this.#cache.forTenant(tenant.tenantId).delete(ENTRY);
  }

  /**
   * Changes settings and resolves with all of them. Rejects with `ValidationError` naming each path that does not exist, has a wrong value or exceeds the
   * plan, and with `VersionConflictError` when `expectedVersion` is not the stored one; then nothing is changed.
   */
  async update(
    tenant: TenantContext,
    changes: SettingsChanges,
    { by, actor = { type: 'system', id: by }, expectedVersion, dryRun = false }: SettingsUpdate,
  ): Promise<TenantSettings> {
    const values = this.#valuesOf(tenant, changes);
    for (let attempt = 1; ; attempt++) {
      const before = (await this.#row(tenant)) ?? (dryRun ? undefined : await this.#created(tenant));
      const { __v: version = 0 } = before ?? {};
      if (expectedVersion !== undefined && expectedVersion !== version) {
        throw new VersionConflictError('The settings were changed in the meantime.', { currentVersion: version, expectedVersion });
      }
      const document = withDefaults(before ?? {});
      await this.#validate(tenant, document, values);
      if (before === undefined || dryRun) return viewOf({ ...changed(document, values), __v: version });
      try {
        return await this.#write(tenant, values, { before, by, actor });
      } catch (error) {
        const isRace = error instanceof VersionConflictError && expectedVersion === undefined;
        if (!isRace || attempt >= ATTEMPTS_MAX) throw error;
      }
    }
  }

  /** The row of a tenant that was provisioned before there were settings. */
  async #created(tenant: TenantContext): Promise<TenantSettingsRow> {
    await insertDefaults(this.#repository(tenant), tenant);
    return this.#repository(tenant).get(tenant.tenantId, { readFrom: 'primary' });
  }

  async #write(
    tenant: TenantContext,
    values: Readonly<Record<string, unknown>>,
    { before, by, actor }: { before: TenantSettingsRow; by: string; actor: AuditEntry['actor'] },
  ): Promise<TenantSettings> {
    const { tenantId } = tenant;
    const { __v: version } = before;
    const at = this.#clock.now();
    const changes = changesBetween(leavesAt(before, values), values, (path) => SECRET_SETTINGS.has(path));
    const payload = { tenant_id: tenantId, changes, updated_by: by, updated_at: at };
    const told = auditChanges(shownOf(leavesAt(before, values)), shownOf(values, true));
    const entry: AuditEntry = {
      tenantId,
      actor,
      action: { category: 'config', type: 'update', name: 'settings.updated' },
      target: { type: 'tenant_settings', id: tenantId },
      ...(told !== undefined && { changes: told }),
    };
    const after = await this.#outbox.commit({
      events: [announcing({ event: tenantUpdated, tenant, timestamp: at, payload }), auditing(entry, at)],
      proof: { collection: tenantSettings.name, tenantId, id: tenantId, version: version + 1 },
      write: () => this.#repository(tenant).update(tenantId, { set: values }, { expectedVersion: version }),
    });
    await this.#cache.forTenant(tenant.tenantId).delete(ENTRY);
    this.#logger.info({ tenant_id: tenant.tenantId, by, fields: Object.keys(values), version: after.__v }, 'settings changed');
    const view = viewOf(after);
    return { ...view, settings: withinPlan(view.settings, tenant.limits) };
  }

  /** The values to store: defaults in place of null, secrets sealed. */
  #valuesOf(tenant: TenantContext, changes: SettingsChanges): Record<string, unknown> {
    const paths = Object.keys(changes);
    const unknown = paths.filter((path) => !SETTING_DEFAULTS.has(path));
    if (unknown.length > 0 || paths.length === 0) {
      throw new ValidationError(
        paths.length === 0
          ? [{ field: '', code: 'required', message: 'names no setting' }]
          : unknown.map((path) => ({ field: pointerOf(path), code: 'unknown', message: 'is no setting' })),
      );
    }
    return Object.fromEntries(
      paths.map((path) => {
        const value = changes[path] ?? SETTING_DEFAULTS.get(path);
        if (!SECRET_SETTINGS.has(path) || value === null) return [path, value];
        if (typeof value !== 'string' || value === '') {
          throw new ValidationError([{ field: pointerOf(path), code: 'type', message: 'must be a text' }]);
        }
        return [path, this.#box.seal(value, { collection: tenantSettings.name, id: tenant.tenantId, field: path })];
      }),
    );
  }

  async #validate(tenant: TenantContext, before: SettingsDocument, values: Readonly<Record<string, unknown>>): Promise<void> {
    const after = changed(before, values);
    const parsed = settingsSchema.safeParse(after);
    const issues: FieldIssue[] = parsed.success
      ? settingsIssues(after, Object.keys(values), { limits: tenant.limits, features: await this.#features(tenant) })
      : parsed.error.issues.map(({ path, code, message }) => ({ field: pointerOf(path.join('.')), code, message }));
    if (issues.length > 0) throw new ValidationError(issues);
  }

  async #features(tenant: TenantContext) {
    const client = await this.#mongo.platform(saasClients).get(tenant.tenantId, { includeDeleted: true, readFrom: 'primary' });
    return featuresOf(client);
  }

  #row(tenant: TenantContext): Promise<TenantSettingsRow | undefined> {
    return this.#mongo.inspectTenant(tenant).repository(tenantSettings).find(tenant.tenantId, { readFrom: 'primary' });
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(tenantSettings);
  }
}

async function insertDefaults(repository: Pick<TenantRepository<typeof tenantSettings>, 'insert'>, tenant: TenantContext): Promise<void> {
  try {
    await repository.insert({ settings_tenant_id: tenant.tenantId, ...SETTINGS_DEFAULTS });
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error; // it is there already
  }
}

/** Values for the security trail; of a secret, whether it is the new one. */
function shownOf(values: Readonly<Record<string, unknown>>, isNew = false): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([path, value]) => [path, SECRET_SETTINGS.has(path) ? (isNew ? 'new' : 'old') : value]),
  );
}

/** What may leave: secrets are named, never shown. */
function viewOf(row: Partial<TenantSettingsRow> | undefined): TenantSettings {
  const document = withDefaults(row ?? {});
  const { mixpanel_token: token, ...analytics } = document.integrations.analytics;
  return {
    settings: { ...document, integrations: { analytics: { ...analytics, mixpanel_token: null } } },
    secrets: token === null ? [] : [...SECRET_SETTINGS],
    version: row?.__v ?? 0,
  };
}

/** What is in force at the paths of a change, before it. */
function leavesAt(row: TenantSettingsRow, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const document = withDefaults(row);
  return Object.fromEntries(Object.keys(values).map((path) => [path, valueAt(document, path)]));
}

function pointerOf(path: string): string {
  return `/${path.replaceAll('.', '/')}`;
}

/** What holds: a tenant without a row has the defaults, and no choice exceeds the plan. */
function inForce(tenant: TenantContext, known: TenantSettings = viewOf(undefined)): TenantSettings {
  return { ...known, settings: withinPlan(known.settings, tenant.limits) };
}
