import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type IsolationModel } from '@caas/runtime';
import { type FilledTenant, LifecycleBench, PLAN_OF } from '../fixtures/lifecycle.fixture.js';
import { aRequest, serverUri } from '../fixtures/platform.fixture.js';
import { saasClients } from '../tenants/tenants.collection.js';
import { LEASE_MS } from './held-operation.js';
import { MANIFEST } from './operations/export.js';
import { softDelete } from './operations/soft-delete.js';
import { suspend } from './operations/suspend.js';

const PROGRAM = join(import.meta.dirname, '..', 'fixtures', 'lifecycle-process.fixture.ts');
const by = 'spec';
const children = new Set<ChildProcess>();

describe('a process that is killed between a step and its note', () => {
  let bench: LifecycleBench;
  let folder: string;
  beforeAll(async () => {
    bench = await LifecycleBench.open();
    folder = await mkdtemp(join(tmpdir(), 'caas-kill-'));
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    await bench?.end();
  });

  /** Runs an operation in a process of its own until it is killed. */
  async function killed(kind: string, facts: object, after: number): Promise<void> {
    const args = ['--conditions=@caas/source', '--import', 'tsx', PROGRAM, serverUri(), bench.databases.databasePrefix];
    const child = spawn(process.execPath, [...args, kind, JSON.stringify(facts), String(after), String(bench.clock.now())], {
      stdio: 'inherit',
    });
    children.add(child);
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
  }

  /** What goes on after the kill, and that it had to wait for the lease. */
  async function resumed({ tenantId }: { tenantId: string }) {
    const [open] = await bench.runner().operations(tenantId);
    if (open === undefined) throw new Error('There is no operation.');
    expect(open).toMatchObject({ state: 'running', lease_owner: 'killed' });
    await expect(bench.runner().resume(open.operation_id)).rejects.toMatchObject({ details: { reason: 'operation_running' } });
    bench.clock.advance(LEASE_MS + 1_000);
    const done = await bench.runner().resume(open.operation_id);
    expect(done).toMatchObject({ state: 'succeeded', lease_owner: null });
    expect(done.steps.every(({ state }) => state === 'done')).toBe(true);
    expect(new Set(done.steps.map(({ name }) => name)).size).toBe(done.steps.length);
    return done;
  }

  const filled = async (model: IsolationModel, prepare: 'suspend' | 'cancel' | 'none' = 'none'): Promise<FilledTenant> => {
    const made = await bench.tenant(model);
    const { tenantId } = made.tenant;
    if (prepare === 'suspend')
      await bench.runner().begin(suspend, { tenantId, input: { reason: 'manual', note: null, by }, requestedBy: by });
    if (prepare === 'cancel') await bench.runner().begin(softDelete, { tenantId, input: { reason: null, by }, requestedBy: by });
    return made;
  };

  it.each([
    ['suspend', 'shared', 'none', { reason: 'policy', note: null, by }, { status: 'suspended' }, 'tenant.suspended'],
    ['resume', 'collection', 'suspend', { resolved: null, by }, { status: 'active' }, 'tenant.resumed'],
    ['soft_delete', 'database', 'none', { reason: null, by }, { status: 'cancelled', deleted_by: by }, 'tenant.deleted'],
    ['restore', 'shared', 'cancel', { by }, { status: 'suspended', deleted_at: null }, 'tenant.restored'],
  ] as const)('leaves a %s that goes on and is told of once (%s)', async (kind, model, prepare, input, state, event) => {
    const { tenant } = await filled(model, prepare);

    await killed(kind, { tenantId: tenant.tenantId, input }, 1);
    await resumed(tenant);

    expect(await bench.client(tenant.tenantId)).toMatchObject(state);
    expect((await bench.eventTypes(tenant.tenantId)).filter((type) => type === event)).toHaveLength(1);
  });

  it('leaves an upgrade that goes on with the plan it came from', async () => {
    const { tenant } = await filled('shared');

    await killed('upgrade', { tenantId: tenant.tenantId, input: { plan: 'pro', consent: false, by } }, 2);
    const { result } = await resumed(tenant);

    expect(result).toMatchObject({ tier_before: 'free', migration_due: { from: 'shared', to: 'collection' } });
    expect((await bench.events(tenant.tenantId)).at(-1)?.payload).toMatchObject({
      payload: { old_tier: 'free', new_tier: 'pro', old_isolation: 'shared', new_isolation: 'collection' },
    });
  });

  it.each(['collection', 'database'] as const)('leaves a provisioning (%s) that goes on and serves nobody meanwhile', async (model) => {
    const request = aRequest({ plan: PLAN_OF[model] });

    await killed('provision', request, 1);

    const half = await bench.mongo.platform(saasClients).findOne({ slug: request.slug }, { readFrom: 'primary' });
    expect(half).toMatchObject({ status: 'pending', provisioning: { state: 'provisioning' } });
    const again = () => bench.provisioning([{ name: 'more', run: () => Promise.resolve() }]).provision(request);
    await expect(again()).rejects.toMatchObject({ code: 'RES_STATE' });
    bench.clock.advance(LEASE_MS + 1_000);
    expect(await again()).toMatchObject({ created: true, tenant: { status: 'active' } });
    expect(await bench.eventTypes(half?.client_id ?? '')).toEqual(['tenant.provisioned']);
  });

  it.each(['shared', 'collection'] as const)('leaves a removal (%s) that goes on, and nobody else’s data changes', async (model) => {
    const [{ tenant, client }, other] = [await filled(model, 'cancel'), await filled(model)];
    const untouched = await bench.everything(other.tenant);
    const input = { export_id: null, waiver: 'ticket', confirm_slug: client.slug, by };

    await killed('hard_delete', { tenantId: tenant.tenantId, input }, 4);
    expect(await bench.client(tenant.tenantId)).toMatchObject({ provisioning: { state: 'deleting' } });
    const { result } = await resumed(tenant);

    expect(result).toMatchObject({ counts: { letters: 4, stamps: 3, mailboxes: 2 } });
    expect(await bench.rows(tenant)).toEqual([]);
    expect(await bench.client(tenant.tenantId)).toMatchObject({ provisioning: { state: 'purged' } });
    expect(await bench.everything(other.tenant)).toBe(untouched);
  });

  it('leaves an export that goes on, with a manifest only in the end', async () => {
    const { tenant } = await filled('collection');
    const out = join(folder, 'export');

    await killed('export', { tenantId: tenant.tenantId, input: { folder: out, by } }, 3);
    await expect(readFile(join(out, MANIFEST))).rejects.toMatchObject({ code: 'ENOENT' });
    const { result } = await resumed(tenant);

    const manifest = JSON.parse(await readFile(join(out, MANIFEST), 'utf8')) as { files: { name: string }[]; rows: number };
    expect(manifest.rows).toBe(result['rows']);
    expect(new Set(manifest.files.map(({ name }) => name)).size).toBe(manifest.files.length);
    expect(manifest.files.map(({ name }) => name)).toContain('tenant.letters.jsonl.gz');
  });
});
