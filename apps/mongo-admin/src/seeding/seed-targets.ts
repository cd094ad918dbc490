import { type Services } from '@caas/composition';
import {
  type Seed,
  SeedContext,
  type SeedCounts,
  Seeder,
  type SeedProfileName,
  type SeedRunOptions,
  TenantSeedContext,
} from '@caas/composition/seeding';
import { seededKeys } from '@caas/identity/seeds';
import { modules } from '@caas/modules';
import { ConflictError, NotFoundError, type TenantContext } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { infrastructureSteps } from '@caas/tenancy';
import { seededTenants } from '@caas/tenancy/seeds';

export interface SeedTargetsOptions {
  readonly seeds: readonly Seed[];
  readonly seed: number;
  readonly profile: SeedProfileName;
  readonly asOf?: Date;
  /** Only this tenant. */
  readonly tenant?: TenantId;
  /** Only the clients. */
  readonly platform?: boolean;
  readonly dryRun?: boolean;
}

/** What became of one place; `null` is CAAS itself. */
export interface SeedOutcome {
  readonly tenant_id: TenantId | null;
  readonly counts: readonly SeedCounts[];
}

type OnProgress = NonNullable<SeedRunOptions['onProgress']>;

/** The places that a command fills or empties: CAAS itself and the first of its seeded tenants, or one tenant that is there. */
export class SeedTargets {
  readonly #services: Services;
  readonly #options: SeedTargetsOptions;
  readonly #context: SeedContext;
  readonly #seeder: Seeder;

  constructor(services: Services, options: SeedTargetsOptions) {
    const [pepper] = services.secrets.apiKeyPeppers;
    if (pepper === undefined) throw new TypeError('There is no API key pepper.');
    const { seed, profile, asOf, seeds } = options;
    this.#services = services;
    this.#options = options;
    this.#context = new SeedContext({ seed, profile, pepper, ...(asOf && { asOf }) });
    this.#seeder = new Seeder({ mongo: services.mongo, seeds });
  }

  /** CAAS itself first, so that every tenant has its record. Makes the places that a tenant's data and messages need. */
  async run(onProgress: OnProgress): Promise<SeedOutcome[]> {
    const { dryRun = false, tenant } = this.#options;
    const outcomes: SeedOutcome[] = [];
    if (tenant === undefined) {
      if (!dryRun) await this.#services.mongo.ensure(modules.collections.filter(({ scope }) => scope === 'platform'));
      outcomes.push({ tenant_id: null, counts: await this.#seeder.run(this.#context, { dryRun, onProgress }) });
      if (!dryRun) for (const seeded of seededTenants(this.#context)) await this.#prepare(seeded);
    }
    for (const target of await this.#tenants()) {
      requireReady(target);
      outcomes.push({ tenant_id: target.tenantId, counts: await this.#seeder.run(this.#contextOf(target), { dryRun, onProgress }) });
    }
    return outcomes;
  }

  /** The reverse; places stay, empty of what was seeded. */
  async clear(onProgress: OnProgress): Promise<SeedOutcome[]> {
    const { dryRun = false, tenant } = this.#options;
    const outcomes: SeedOutcome[] = [];
    for (const target of await this.#tenants()) {
      outcomes.push({ tenant_id: target.tenantId, counts: await this.#seeder.clear(this.#contextOf(target), { dryRun, onProgress }) });
    }
    if (tenant !== undefined) return outcomes;
    outcomes.push({ tenant_id: null, counts: await this.#seeder.clear(this.#context, { dryRun, onProgress }) });
    if (!dryRun) for (const { tenantId } of seededTenants(this.#context)) await this.#services.tenants.invalidate(tenantId);
    return outcomes;
  }

  /** The server keys of the seeded clients, in clear; none when only a tenant was seeded. */
  keys(): { tenant_id: TenantId; app_id: string; type: string; key: string }[] {
    if (this.#options.tenant !== undefined) return [];
    return seededKeys(this.#context).map(({ application: { client, appId }, type, key }) => ({
      tenant_id: client.tenantId,
      app_id: appId,
      type,
      key,
    }));
  }

  async #tenants(): Promise<readonly TenantContext[]> {
    const { tenant, platform } = this.#options;
    if (tenant !== undefined) {
      const found = await this.#services.tenants.get(tenant);
      if (found === undefined) throw new NotFoundError();
      return [found];
    }
    if (platform === true) return [];
    const seeded = seededTenants(this.#context).slice(0, this.#context.profile.tenants);
    // As they are now: one may have moved since. A run that was ended in the middle may have left no record.
    return Promise.all(seeded.map(async (context) => (await this.#services.tenants.get(context.tenantId)) ?? context));
  }

  async #prepare(tenant: TenantContext): Promise<void> {
    for (const step of infrastructureSteps(this.#services, modules)) await step.run(tenant);
    await this.#services.tenants.invalidate(tenant.tenantId);
  }

  #contextOf(tenant: TenantContext): TenantSeedContext {
    const { seed, profileName: profile, asOf, pepper } = this.#context;
    return new TenantSeedContext({ seed, profile, asOf, pepper, tenant });
  }
}

/** A tenant that is not served may be on its way out, and one that moves would lose rows. */
function requireReady({ status, provisioning }: TenantContext): void {
  if (status === 'active' && provisioning === 'ready') return;
  throw new ConflictError(`The tenant is ${status} and ${provisioning}; only an active one that is ready can be seeded.`, {
    code: 'RES_STATE',
  });
}
