import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { letters, mailboxes } from '../fixtures/lifecycle-collections.fixture.js';
import { type FilledTenant, LifecycleBench } from '../fixtures/lifecycle.fixture.js';
import { tenantQuotas } from '../quotas/tenant-quotas.collection.js';
import { perResourceOf } from '../fixtures/platform-documents.fixture.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';
import { downgrade, upgrade } from './operations/change-plan.js';
import { hardDelete } from './operations/hard-delete.js';
import { resume } from './operations/resume.js';
import { restore } from './operations/restore.js';
import { softDelete } from './operations/soft-delete.js';
import { suspend } from './operations/suspend.js';

const DAY_MS = 86_400_000;
const by = 'spec';
const SUSPEND = { reason: 'payment', note: 'day 30', by } as const;
const code = (work: () => unknown): unknown => {
  try {
    work();
    return 'served';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe.each(['shared', 'collection', 'database'] as const)('the life of a tenant of the %s strategy', (model) => {
  let bench: LifecycleBench;
  let neighbour: FilledTenant;
  let untouched: string;
  beforeAll(async () => {
    bench = await LifecycleBench.open();
    neighbour = await bench.tenant(model);
    untouched = await bench.everything(neighbour.tenant);
  });
  afterAll(async () => {
    // Whatever was done to the others, not a byte of the neighbour's has changed.
    expect(await bench.everything(neighbour.tenant)).toBe(untouched);
    await bench.end();
  });
  const cancelled = async () => {
    const { tenant, client } = await bench.tenant(model);
    await bench.runner().begin(softDelete, { tenantId: tenant.tenantId, input: { reason: null, by }, requestedBy: by });
    return { tenant, client };
  };
  const waived = (slug: string) => ({ export_id: null, waiver: 'ticket 1', confirm_slug: slug, by });

  it('suspended and resumed, it has the data it had, and both are told of', async () => {
    const { tenant } = await bench.tenant(model);
    const { tenantId } = tenant;
    bench.directory.invalidated.length = 0;

    const operation = await bench.runner().begin(suspend, { tenantId, input: SUSPEND, requestedBy: by });

    expect(operation).toMatchObject({
      kind: 'suspend',
      state: 'succeeded',
      lease_owner: null,
      steps: [{ state: 'done' }, { state: 'done' }],
    });
    const suspended = await bench.client(tenantId);
    expect(suspended).toMatchObject({ status: 'suspended', status_reason: 'payment: day 30', status_changed_by: by });
    expect(bench.directory.invalidated).toEqual([tenantId]);
    expect(code(() => bench.mongo.forTenant(toTenantContext(suspended)))).toBe('TENANT_SUSPENDED');
    expect(await bench.mongo.inspectTenant(toTenantContext(suspended)).repository(letters).count({})).toBe(3);

    await bench.runner().begin(resume, { tenantId, input: { resolved: 'paid', by }, requestedBy: by });

    const resumed = await bench.client(tenantId);
    expect(resumed).toMatchObject({ status: 'active', status_reason: 'paid', suspended_at: null });
    expect(await bench.mongo.forTenant(toTenantContext(resumed)).repository(letters).count({})).toBe(3);
    expect(await bench.eventTypes(tenantId)).toEqual(['tenant.provisioned', 'tenant.suspended', 'tenant.resumed']);
  });

  it('cancelled and restored, it has everything it had; restored it is suspended', async () => {
    const { tenant } = await bench.tenant(model);
    const { tenantId } = tenant;
    const rows = await bench.rows(tenant);

    await bench.runner().begin(softDelete, { tenantId, input: { reason: 'leaves', by }, requestedBy: by });

    const gone = await bench.client(tenantId);
    expect(gone).toMatchObject({ status: 'cancelled', deleted_by: by, status_reason: 'leaves' });
    expect((gone.purge_after?.getTime() ?? 0) - (gone.cancelled_at?.getTime() ?? 0)).toBe(30 * DAY_MS);
    expect(code(() => bench.mongo.forTenant(toTenantContext(gone)))).toBe('TENANT_CANCELLED');

    await bench.runner().begin(restore, { tenantId, input: { by }, requestedBy: by });

    const back = await bench.client(tenantId);
    expect(back).toMatchObject({ status: 'suspended', deleted_at: null, purge_after: null, cancelled_at: null });
    expect(await bench.rows(tenant)).toEqual(rows);
    await bench.runner().begin(resume, { tenantId, input: { resolved: null, by }, requestedBy: by });
    expect(await bench.eventTypes(tenantId)).toEqual(['tenant.provisioned', 'tenant.deleted', 'tenant.restored', 'tenant.resumed']);
  });

  it('cannot be restored when its time is over', async () => {
    const { tenant } = await cancelled();
    const { purge_after: purgeAfter } = await bench.client(tenant.tenantId);
    bench.clock.advance((purgeAfter?.getTime() ?? 0) - bench.clock.now());

    const late = bench.runner().begin(restore, { tenantId: tenant.tenantId, input: { by }, requestedBy: by });

    await expect(late).rejects.toMatchObject({ code: 'RES_STATE', details: { reason: 'tenant_state' } });
  });

  it('removed for good, nothing is left of it but the tombstone, and a repeat changes nothing', async () => {
    const { tenant, client } = await cancelled();
    const { tenantId } = tenant;

    const operation = await bench.runner().begin(hardDelete, { tenantId, input: waived(client.slug), requestedBy: by });

    expect(operation).toMatchObject({ state: 'succeeded', result: { counts: { letters: 4, stamps: 3, mailboxes: 2 } } });
    const tombstone = await bench.client(tenantId);
    expect(tombstone).toMatchObject({ client_id: tenantId, status: 'cancelled', provisioning: { state: 'purged' } });
    expect(JSON.stringify(tombstone)).not.toContain(client.slug);
    expect(await bench.rows(tenant)).toEqual([]);
    expect(await bench.mongo.platform(mailboxes).count({ tenant_id: tenantId }, { includeDeleted: true })).toBe(0);
    if (model !== 'shared') expect(await bench.ownCollections(tenant)).toEqual([]);
    expect((await bench.events(tenantId)).at(-1)?.payload).toMatchObject({
      type: 'tenant.deleted',
      payload: { hard: true, deleted_by: by, rows: { letters: 4, stamps: 3, mailboxes: 2 } },
    });
    const again = bench.runner().begin(hardDelete, { tenantId, input: waived(tombstone.slug), requestedBy: by });
    await expect(again).rejects.toMatchObject({ code: 'RES_STATE' });
    expect(await bench.runner().resume(operation.operation_id)).toEqual(operation);
  });

  it('is not removed without its slug, without export or waiver, with another’s export, or while it lives', async () => {
    const { tenant, client } = await cancelled();
    const { tenantId } = tenant;
    const attempt = (input: object) =>
      bench.runner().begin(hardDelete, { tenantId, input: { ...waived(client.slug), ...input }, requestedBy: by });

    for (const [input, field] of [
      [{ confirm_slug: 'other' }, '/confirm_slug'],
      [{ waiver: null }, '/export_id'],
      [{ waiver: null, export_id: newId('op') }, '/export_id'],
      [{ export_id: neighbour.client.provisioning.operation_id }, '/export_id'],
    ] as const) {
      await expect(attempt(input)).rejects.toMatchObject({ code: 'VAL_FAILED', issues: [{ field }] });
    }
    const living = await bench.tenant(model);
    const early = bench
      .runner()
      .begin(hardDelete, { tenantId: living.tenant.tenantId, input: waived(living.client.slug), requestedBy: by });
    await expect(early).rejects.toMatchObject({ code: 'RES_STATE', details: { status: 'active' } });
  });
});

describe('a change of plan', () => {
  let bench: LifecycleBench;
  beforeAll(async () => {
    bench = await LifecycleBench.open();
  });
  afterAll(() => bench?.end());
  const to = (plan: 'starter' | 'pro' | 'free', consent = false) => ({ plan, consent, by });

  it('upwards raises limits at once, leaves the data where it is, and names the migration that is due', async () => {
    const { tenant } = await bench.tenant('shared');
    const { tenantId } = tenant;

    const operation = await bench.runner().begin(upgrade, { tenantId, input: to('pro'), requestedBy: by });

    const client = await bench.client(tenantId);
    expect(toTenantContext(client)).toMatchObject({ plan: 'pro', isolation: { model: 'shared' }, limits: { maxUsers: 200 } });
    expect(operation.result).toMatchObject({
      tier_before: 'free',
      migration_due: { from: 'shared', to: 'collection', command: `caas-admin tenant migrate ${tenantId} --to collection` },
    });
    expect((await bench.events(tenantId)).at(-1)?.payload).toMatchObject({
      payload: { old_tier: 'free', new_tier: 'pro', old_isolation: 'shared', new_isolation: 'collection' },
    });
  });

  it('downwards asks for consent to what is above the new limits, and deletes nothing', async () => {
    const { tenant } = await bench.tenant('collection');
    const { tenantId } = tenant;
    const at = new Date(0);
    const usage = { ...perResourceOf(0), users_count: 60 };
    await bench.mongo.platform(tenantQuotas).insert({
      tenant_id: tenantId,
      period_start: at,
      period_end: at,
      limits: perResourceOf(-1),
      usage,
      peak: usage,
      flushed_at: at,
    });
    const overshoot = [{ resource: 'users_count', used: 60, limit: 50 }];

    const preview = await bench.runner().preview(downgrade, { tenantId, input: to('starter', true) });
    expect(preview.facts).toMatchObject({ tier: 'pro', to: 'starter', overshoot });
    const refused = bench.runner().begin(downgrade, { tenantId, input: to('starter'), requestedBy: by });
    await expect(refused).rejects.toMatchObject({ name: 'OvershootError', code: 'RES_STATE', details: { overshoot } });
    expect(await bench.client(tenantId)).toMatchObject({ tier: 'pro' });

    const operation = await bench.runner().begin(downgrade, { tenantId, input: to('starter', true), requestedBy: by });

    expect(operation.result).toMatchObject({ overshoot, migration_due: { from: 'collection', to: 'shared' } });
    expect(await bench.client(tenantId)).toMatchObject({ tier: 'starter', isolation: { model: 'collection' } });
    expect(
      await bench.mongo
        .forTenant(toTenantContext(await bench.client(tenantId)))
        .repository(letters)
        .count({}),
    ).toBe(3);
    expect(await bench.eventTypes(tenantId)).toEqual(['tenant.provisioned', 'tenant.downgraded']);
  });

  it('refuses the wrong direction and the same plan', async () => {
    const { tenant } = await bench.tenant('collection');
    const { tenantId } = tenant;

    await expect(bench.runner().begin(upgrade, { tenantId, input: to('free'), requestedBy: by })).rejects.toMatchObject({
      code: 'RES_STATE',
    });
    await expect(bench.runner().begin(downgrade, { tenantId, input: to('pro'), requestedBy: by })).rejects.toMatchObject({
      code: 'RES_STATE',
    });
  });
});
