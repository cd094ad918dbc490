import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SeedCounts, Seeder, type SeedContext } from '@caas/composition/seeding';
import { type CollectionDefinition, type TenantCollection } from '@caas/data-access-mongo';
import { temporaryDatabases } from '@caas/data-access-mongo/testing';
import { InternalError, ISOLATION_MODELS, type TenantContext } from '@caas/runtime';
import { stack } from '@caas/testing/stack';
import { modules } from './index.js';
import { platformContext, seededTenant, tenantContext } from './seeds.fixture.js';

const seeds = await modules.seeds();
const collections = modules.collections.filter(({ scope }) => scope === 'tenant') as TenantCollection[];

const databases = await temporaryDatabases({ uri: process.env['MONGODB_URI'] ?? stack().mongodb_uri, collections: modules.collections });
const { mongo } = databases;
afterAll(() => databases.end());

/** A stand-in's validator that knows no `patternProperties` refuses every free-form object with a key: most messages and users have one. */
const knowsKeys = await acceptsFreeForm();
const describeTenant = knowsKeys ? describe : describe.skip;
const unless = knowsKeys ? '' : ' (skipped: the server’s validator lacks patternProperties)';

async function acceptsFreeForm(): Promise<boolean> {
  const [users] = seeds.filter(({ name }) => name === 'users');
  const tenant = seededTenant('seedprobe');
  try {
    await new Seeder({ mongo, seeds: [users!] }).run(tenantContext(tenant));
    return true;
  } catch (error) {
    if (error instanceof InternalError && error.details.reason === 'document_validation') return false;
    throw error;
  }
}

const changed = (counts: readonly SeedCounts[]): number => counts.reduce((sum, count) => sum + count.changed, 0);
const total = (counts: readonly SeedCounts[]): number => counts.reduce((sum, count) => sum + count.total, 0);

/** All rows of a tenant in the seeded collections, deleted ones too. */
async function contentOf(tenant: TenantContext): Promise<Record<string, unknown[]>> {
  const content: Record<string, unknown[]> = {};
  for (const definition of collections) {
    const rows = await mongo.inspectTenant(tenant).repository(definition).findMany({}, { limit: 1_000, includeDeleted: true });
    content[definition.name] = sorted(definition, rows);
  }
  return content;
}

async function platformContent(): Promise<Record<string, unknown[]>> {
  const content: Record<string, unknown[]> = {};
  for (const definition of seeds.flatMap(({ collection }) => (collection.scope === 'platform' ? [collection] : []))) {
    content[definition.name] = sorted(definition, await mongo.platform(definition).findMany({}, { limit: 1_000, includeDeleted: true }));
  }
  return content;
}

function sorted(definition: CollectionDefinition, rows: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  const idOf = (row: Readonly<Record<string, unknown>>): string => String(row[definition.id.field]);
  return [...rows].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
}

async function placeFor(tenant: TenantContext): Promise<TenantContext> {
  if (tenant.isolation.model !== 'shared') await mongo.ensure(modules.collections, { tenant });
  return tenant;
}

describeTenant.each(ISOLATION_MODELS)(`a tenant under the %s strategy${unless}`, (model) => {
  let tenant: TenantContext;
  let context: SeedContext;
  beforeAll(async () => {
    tenant = await placeFor(seededTenant(`seed${model}`, model));
    context = tenantContext(tenant);
  }, 180_000);

  it('is filled, and a second run changes nothing', async () => {
    const first = await new Seeder({ mongo, seeds }).run(context);
    const before = await contentOf(tenant);

    const second = await new Seeder({ mongo, seeds }).run(tenantContext(tenant));

    expect(changed(first)).toBe(total(first));
    expect(total(first)).toBeGreaterThan(100);
    expect(changed(second)).toBe(0);
    expect(await contentOf(tenant)).toEqual(before);
  }, 180_000);

  it('is emptied by clear, except for what others wrote', async () => {
    const empty = Object.fromEntries(collections.map(({ name }) => [name, [] as unknown[]]));
    const [definition] = seeds.flatMap(({ name, collection }) => (name === 'users' ? [collection as TenantCollection] : []));
    const repository = mongo.operateOnTenant(tenant).repository(definition!);
    const [seeded] = await repository.findMany({}, { limit: 1 });
    const { user_id: _, ...own } = seeded as Record<string, unknown>;
    const strangers = { ...own, external_id: 'not-seeded', profile: { ...(own['profile'] as object), username: null, username_lc: null } };
    const { inserted } = await repository.load([
      { ...strangers, user_id: tenantContext(tenant, { seed: 9 }).id('usr', 'stranger') } as never,
    ]);

    const cleared = await new Seeder({ mongo, seeds }).clear(context);

    expect(changed(cleared)).toBe(total(cleared));
    const left = await contentOf(tenant);
    expect(left['users']!.map((row) => (row as Record<string, unknown>)['user_id'])).toEqual(inserted);
    expect({ ...left, users: [] }).toEqual(empty);
  }, 180_000);
});

describeTenant(`a run that was ended in the middle${unless}`, () => {
  it('is finished by the next one, with the same rows as in one go', async () => {
    const broken = seededTenant('seedbroken');
    const ended = new AbortController();
    let batches = 0;
    const options = { signal: ended.signal, onProgress: () => void (++batches === 25 && ended.abort(new Error('killed'))) };

    await expect(new Seeder({ mongo, seeds, batchSize: 3 }).run(tenantContext(broken), options)).rejects.toThrow('killed');
    const partial = await contentOf(broken);
    const resumed = await new Seeder({ mongo, seeds }).run(tenantContext(broken));

    expect(partial['messages']!.length).toBeLessThan(20);
    expect(partial['users']!.length).toBe(3);
    expect(changed(resumed)).toBeGreaterThan(0);
    expect(changed(resumed)).toBeLessThan(total(resumed));
    expect(changed(await new Seeder({ mongo, seeds }).run(tenantContext(broken)))).toBe(0);
    const resumedContent = await contentOf(broken);
    await new Seeder({ mongo, seeds }).clear(tenantContext(broken));
    await new Seeder({ mongo, seeds }).run(tenantContext(broken));
    expect(await contentOf(broken)).toEqual(resumedContent);
  }, 180_000);
});

describeTenant(`two tenants in one collection${unless}`, () => {
  it('keep their rows when the other is cleared', async () => {
    const [one, other] = [seededTenant('seedneighbour1'), seededTenant('seedneighbour2')];
    await new Seeder({ mongo, seeds }).run(tenantContext(one));
    await new Seeder({ mongo, seeds }).run(tenantContext(other));
    const before = await contentOf(other);

    await new Seeder({ mongo, seeds }).clear(tenantContext(one));

    expect(await contentOf(other)).toEqual(before);
  }, 180_000);
});

describe('the platform', () => {
  it('gets three clients with five applications, and clear leaves plans and global policies', async () => {
    const seeder = new Seeder({ mongo, seeds });
    const first = await seeder.run(platformContext());
    const before = await platformContent();

    expect(changed(await seeder.run(platformContext()))).toBe(0);
    expect(changed(first)).toBe(total(first));
    expect(await platformContent()).toEqual(before);
    const counts = Object.fromEntries(Object.entries(before).map(([name, rows]) => [name, rows.length]));
    expect(counts).toMatchObject({
      saas_clients: 3,
      applications: 5,
      api_keys: 10,
      platform_admins: 3,
      admin_memberships: 3,
      plans: 4,
      subscriptions: 3,
    });

    await seeder.clear(platformContext());

    const left = Object.fromEntries(Object.entries(await platformContent()).filter(([, rows]) => rows.length > 0));
    expect(Object.fromEntries(Object.entries(left).map(([name, rows]) => [name, rows.length]))).toEqual({ plans: 4, security_policies: 1 });
  }, 180_000);

  it('refuses another seed’s rows where a unique key is taken', async () => {
    const seeder = new Seeder({ mongo, seeds });
    await seeder.run(platformContext(3));
    const admins = seeds.filter(({ name }) => name === 'clients');
    const twin = { ...admins[0]!, plan: () => ({ total: 1, rows: [{ ...clientRow(), client_id: 'clnt_seedtwin' }] }) };

    await expect(new Seeder({ mongo, seeds: [twin as never] }).run(platformContext(4))).rejects.toMatchObject({ code: 'RES_CONFLICT' });
  }, 180_000);

  it('writes nothing in a dry run, and says what it would', async () => {
    const before = await platformContent();

    const counts = await new Seeder({ mongo, seeds }).run(platformContext(5), { dryRun: true });

    expect(changed(counts)).toBeGreaterThan(20);
    expect(await platformContent()).toEqual(before);
  }, 180_000);

  function clientRow(): Record<string, unknown> {
    const clients = seeds.find(({ name }) => name === 'clients')!;
    const plan = clients.plan(platformContext(3) as never);
    return [...(plan.rows as Iterable<Record<string, unknown>>)][0]!;
  }
});
