import { type Services } from '@caas/composition';
import { SeedContext, Seeder, TenantSeedContext } from '@caas/composition/seeding';
import { type CollectionDefinition, type PlatformCollection, type TenantCollection } from '@caas/data-access-mongo';
import { modules } from '@caas/modules';
import { groupBy, type TenantContext } from '@caas/runtime';
import { type IdPrefix } from '@caas/schema';
import { infrastructureSteps } from '@caas/tenancy';
import { seededTenants } from '@caas/tenancy/seeds';

type Row = Readonly<Record<string, unknown>>;

/** Rows of one collection that are looked at. */
const ROWS_MAX = 50;
/** Far above what any spec needs. */
const NO_LIMITS = { requests_per_minute: 10_000_000, burst_per_second: 1_000_000, max_users: -1, max_messages_per_month: -1 };

/** A tenant that has something of everything, and what it has. */
export class LiveTenant {
  readonly context: TenantContext;
  readonly #rows: ReadonlyMap<string, readonly Row[]>;
  readonly #idFields: ReadonlyMap<IdPrefix | 'row' | 'name', readonly { collection: string; field: string }[]>;
  readonly #texts = new Map<string, Set<string>>();

  readonly #forget: () => Promise<void>;

  private constructor(context: TenantContext, rows: ReadonlyMap<string, readonly Row[]>, forget: () => Promise<void>) {
    this.context = context;
    this.#forget = forget;
    this.#rows = rows;
    this.#idFields = groupBy(
      modules.collections.map(({ name: collection, id }) => ({ collection, field: id.field, prefix: id.prefix })),
      ({ prefix }) => prefix,
    );
    for (const list of rows.values()) for (const row of list) this.#collect(row);
  }

  /** Seeds a tenant of its own under `seed`, limits from `limits`. */
  static async make(
    services: Services,
    { seed, limits = {} }: { seed: number; limits?: Readonly<Record<string, number>> },
  ): Promise<LiveTenant> {
    const { mongo, secrets } = services;
    const [pepper] = secrets.apiKeyPeppers;
    if (pepper === undefined) throw new TypeError('There is no API key pepper.');
    const options = { seed, profile: 'test', pepper, asOf: new Date() } as const;
    const platform = new SeedContext(options);
    const seeder = new Seeder({ mongo, seeds: await modules.seeds() });
    await seeder.run(platform);
    const [tenant] = seededTenants(platform);
    if (tenant === undefined) throw new TypeError('No tenant was seeded.');
    for (const step of infrastructureSteps(services, modules)) await step.run(tenant);
    const ofTenant = new TenantSeedContext({ ...options, tenant });
    await seeder.run(ofTenant);
    const clients = modules.collections.find(({ name }) => name === 'saas_clients') as PlatformCollection;
    await mongo.platform(clients).update(tenant.tenantId, { set: { quota_overrides: { ...NO_LIMITS, ...limits } } });
    await services.tenants.invalidate(tenant.tenantId);
    const context = await services.tenants.get(tenant.tenantId);
    if (context === undefined) throw new TypeError('The seeded tenant is not known.');
    return new LiveTenant(context, await rowsOf(services, context), async () => {
      await seeder.clear(ofTenant);
      await seeder.clear(platform);
    });
  }

  /** Everything that the tenant had when it was made. */
  get everything(): ReadonlyMap<string, readonly Row[]> {
    return this.#rows;
  }

  /** Everything that it has now. */
  now(services: Services): Promise<ReadonlyMap<string, readonly Row[]>> {
    return rowsOf(services, this.context);
  }

  /** Takes what was seeded away again: whoever looks after all tenants of the stack must not meet this one. */
  remove(): Promise<void> {
    return this.#forget();
  }

  get tenantId(): TenantContext['tenantId'] {
    return this.context.tenantId;
  }

  /** The rows of a collection. */
  rows(collection: string): readonly Row[] {
    return this.#rows.get(collection) ?? [];
  }

  /** Ids of this kind that the tenant has. */
  ids(prefix: string): readonly string[] {
    if (prefix === 'row') return [];
    const places = this.#idFields.get(prefix as IdPrefix) ?? [];
    return places.flatMap(({ collection, field }) => this.rows(collection).map((row) => String(row[field])));
  }

  /** Texts that the tenant has under this name anywhere in its rows. */
  texts(name: string): readonly string[] {
    return [...(this.#texts.get(name) ?? [])];
  }

  /** For each part of a path that names something: one that the tenant has, where it has any. */
  names(parts: readonly { readonly name: string; readonly prefix: string | undefined }[]): Readonly<Record<string, string>> {
    const found = parts.map(
      ({ name, prefix }) => [name, [...(prefix === undefined ? [] : this.ids(prefix)), ...this.texts(name)][0]] as const,
    );
    return Object.fromEntries(found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  }

  #collect(value: unknown): void {
    if (Array.isArray(value)) return value.forEach((item) => this.#collect(item));
    if (typeof value !== 'object' || value === null || value instanceof Date) return;
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner !== 'string') this.#collect(inner);
      else if (this.#texts.get(name)?.add(inner) === undefined) this.#texts.set(name, new Set([inner]));
    }
  }
}

async function rowsOf({ mongo }: Services, tenant: TenantContext): Promise<Map<string, readonly Row[]>> {
  const reader = mongo.inspectTenant(tenant);
  const read = (definition: CollectionDefinition): Promise<readonly Row[]> => {
    if (definition.scope === 'tenant') return reader.repository(definition as TenantCollection).findMany({}, { limit: ROWS_MAX });
    if (!('tenant_id' in definition.schema.shape)) return Promise.resolve([]);
    return mongo.platform(definition as PlatformCollection).findMany({ tenant_id: tenant.tenantId }, { limit: ROWS_MAX });
  };
  const rows = new Map<string, readonly Row[]>();
  for (const definition of modules.collections) rows.set(definition.name, await read(definition));
  return rows;
}
