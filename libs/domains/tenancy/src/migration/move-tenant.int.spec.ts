import { eventOutbox } from '@caas/data-access-mongo';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FaultPoint, type IsolationModel } from '@caas/runtime';
import { newTenantId, type TenantId } from '@caas/schema';
import { type TemporaryDatabases } from '@caas/data-access-mongo/testing';
import { BusyTenant } from '../fixtures/busy-tenant.fixture.js';
import { notes, aServingProcess, type ServingProcess, tallies } from '../fixtures/moves.fixture.js';
import { aPlatform, aRequest } from '../fixtures/platform.fixture.js';
import { newSaasClient } from '../tenants/new-saas-client.js';
import { saasClients } from '../tenants/tenants.collection.js';
import { tenantAt } from './move-plan.js';

const board = `spec-${randomBytes(6).toString('hex')}`;
const PROGRAM = join(import.meta.dirname, '..', 'fixtures', 'move-process.fixture.ts');
const FENCE_MS_MAX = 10_000;

let databases: TemporaryDatabases;
let server: ServingProcess;
beforeAll(async () => {
  databases = await aPlatform([notes, tallies]);
  server = await aServingProcess({ databasePrefix: databases.databasePrefix, board });
});
afterAll(async () => {
  await server.close();
  await databases.end();
});

const anotherProcess = (aheadMs = 0): Promise<ServingProcess> =>
  aServingProcess({ databasePrefix: databases.databasePrefix, board, aheadMs });

async function aTenantRecord(): Promise<TenantId> {
  const tenantId = newTenantId();
  const { companyName, slug, email, plan } = aRequest();
  await server.mongo.platform(saasClients).insert({
    client_id: tenantId,
    ...newSaasClient(
      { companyName, slug, email, plan },
      { status: 'active', provisioning: { state: 'ready', schema_version: 0, operation_id: null } },
    ),
  });
  return tenantId;
}

async function aBusyTenant(rows: number, by = server): Promise<{ tenantId: TenantId; busy: BusyTenant }> {
  const tenantId = await aTenantRecord();
  const busy = new BusyTenant(by, tenantId);
  await busy.fill(rows);
  return { tenantId, busy };
}

/** Rows of a tenant that are in a place, whatever the record says. */
async function rowsAt(tenantId: TenantId, model: IsolationModel): Promise<number> {
  const client = await server.mongo.platform(saasClients).get(tenantId, { readFrom: 'primary' });
  const tenant = tenantAt(client, { model, database_name: null, epoch: 1 });
  return server.mongo.inspectTenant(tenant).repository(notes).count({});
}

const record = (tenantId: TenantId) => server.mongo.platform(saasClients).get(tenantId, { readFrom: 'primary' });

describe('moving a tenant that is written to and read', () => {
  it('goes through all strategies and back without a lost, doubled or unreadable row', async () => {
    const mover = await anotherProcess();
    const { tenantId, busy } = await aBusyTenant(2_000);
    const neighbour = await aBusyTenant(20);
    const pauses: number[] = [];

    busy.start();
    for (const to of ['collection', 'database', 'shared', 'database', 'collection', 'shared'] as const) {
      const writesBefore = busy.writes;
      const { operation, facts } = await mover.moves.move(tenantId, { to, requestedBy: 'spec' });
      pauses.push(...(facts.fence_ms ?? []));
      expect([operation.state, (await record(tenantId)).isolation.model, busy.writes > writesBefore]).toEqual(['succeeded', to, true]);
    }
    await busy.stop();

    expect(await busy.found()).toEqual(busy.expected());
    expect(busy.reads).toBeGreaterThan(100);
    expect(await record(tenantId)).toMatchObject({ isolation: { epoch: 7 }, provisioning: { state: 'ready' } });
    expect(pauses).toHaveLength(6);
    expect(Math.max(...pauses)).toBeLessThan(FENCE_MS_MAX);
    expect(await neighbour.busy.found()).toEqual(neighbour.busy.expected());
    const events = await server.mongo.platform(eventOutbox).findMany({ tenant_id: tenantId });
    expect(events.filter(({ payload }) => payload['type'] === 'tenant.migrated')).toHaveLength(6);
    process.stderr.write(
      `moves: ${busy.writes} writes, ${busy.reads} reads, ${busy.refused} refusals, fences ${pauses.join(', ')} ms, longest write ${Math.round(busy.longestPauseMs)} ms\n`,
    );
    await mover.close();
  }, 240_000);

  it('keeps the old place until its time is over, and removes nothing else then', async () => {
    const mover = await anotherProcess();
    const later = await anotherProcess(8 * 86_400_000);
    const { tenantId, busy } = await aBusyTenant(50);
    await mover.moves.move(tenantId, { to: 'collection', requestedBy: 'spec' });

    expect([await mover.moves.dropKept(tenantId), await rowsAt(tenantId, 'shared')]).toEqual([[], 50]);
    expect([await later.moves.dropKept(tenantId), await rowsAt(tenantId, 'shared')]).toEqual([['shared'], 0]);
    expect(await later.moves.dropKept(tenantId, { now: true })).toEqual([]);
    expect(await busy.found()).toEqual(busy.expected());
    await Promise.all([mover.close(), later.close()]);
  });

  it('never removes the place that the tenant has come back to', async () => {
    const mover = await anotherProcess();
    const { tenantId, busy } = await aBusyTenant(50);
    await mover.moves.move(tenantId, { to: 'collection', requestedBy: 'spec' });
    await mover.moves.move(tenantId, { to: 'shared', requestedBy: 'spec' });

    expect(await mover.moves.dropKept(tenantId, { now: true })).toEqual(['collection']);
    expect(await busy.found()).toEqual(busy.expected());
    await mover.close();
  });

  it('shows what it would do and writes nothing', async () => {
    const { tenantId } = await aBusyTenant(10);
    const before = await record(tenantId);

    const { steps, facts } = await server.moves.preview(tenantId, 'database');

    expect(steps).toEqual(['prepare', 'copy', 'cut_over']);
    expect(facts).toMatchObject({ from: { model: 'shared' }, to: { model: 'database', epoch: 2 }, rows: { notes: 10, tallies: 4 } });
    expect(await record(tenantId)).toEqual(before);
    await expect(server.moves.preview(tenantId, 'shared')).rejects.toMatchObject({ code: 'RES_STATE' });
  });
});

describe('a mover that is killed', () => {
  /** A process that waits two seconds only for a mover that says nothing; how long is its own affair. */
  let impatient: ServingProcess;
  beforeAll(async () => {
    impatient = await aServingProcess({ databasePrefix: databases.databasePrefix, board, holdMs: 2_000 });
  });
  afterAll(() => impatient.close());
  const killed = async (tenantId: TenantId, point: FaultPoint): Promise<void> => {
    const args = [
      '--conditions=@caas/source',
      '--import',
      'tsx',
      PROGRAM,
      databases.databasePrefix,
      board,
      tenantId,
      'collection',
      `exit:${point}`,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
  };

  it.each<[FaultPoint, IsolationModel]>([
    ['after-copy-batch', 'shared'],
    ['after-saga-step', 'shared'],
    ['after-fence-closed', 'shared'],
    ['before-flip', 'shared'],
    ['after-flip', 'collection'],
  ])('at %s leaves a whole tenant in %s, which is written to and moves on', async (point, between) => {
    const { tenantId, busy } = await aBusyTenant(1_500, impatient);
    busy.start();

    await killed(tenantId, point);

    const writes = busy.writes;
    await untilTrue(() => busy.writes > writes + 20);
    expect((await record(tenantId)).isolation.model).toBe(between);
    await expect(server.moves.move(tenantId, { to: 'collection', requestedBy: 'spec' })).rejects.toMatchObject({ code: 'RES_STATE' });
    const successor = await anotherProcess(120_000);
    const { operation, facts } = await successor.moves.move(tenantId, { to: 'collection', requestedBy: 'spec' });
    await busy.stop();
    expect([operation.state, facts.kept?.place.model]).toEqual(['succeeded', 'shared']);
    expect(await record(tenantId)).toMatchObject({ isolation: { model: 'collection', epoch: 2 }, provisioning: { state: 'ready' } });
    expect(await busy.found()).toEqual(busy.expected());
    expect(await server.mongo.platform(eventOutbox).findMany({ tenant_id: tenantId })).toHaveLength(1);
    await successor.close();
  });

  it.each<FaultPoint>(['after-copy-batch', 'after-fence-closed'])('at %s is taken back without a trace', async (point) => {
    const { tenantId, busy } = await aBusyTenant(1_500, impatient);
    await killed(tenantId, point);
    await expect(server.moves.abort(tenantId)).rejects.toMatchObject({ code: 'RES_STATE' });
    const operator = await anotherProcess(120_000);

    const { state } = await operator.moves.abort(tenantId);

    expect(state).toBe('rolled_back');
    expect(await record(tenantId)).toMatchObject({ isolation: { model: 'shared', epoch: 1 }, provisioning: { state: 'ready' } });
    expect(await rowsAt(tenantId, 'collection')).toBe(0);
    expect(await busy.found()).toEqual(busy.expected());
    await expect(operator.moves.abort(tenantId)).rejects.toMatchObject({ code: 'RES_STATE' });
    await operator.close();
  });

  it('behind the flip cannot be taken back, only moved back', async () => {
    const { tenantId } = await aBusyTenant(100, impatient);
    await killed(tenantId, 'after-flip');
    const operator = await anotherProcess(120_000);

    await expect(operator.moves.abort(tenantId)).rejects.toMatchObject({ code: 'RES_STATE' });

    await operator.close();
  });
});

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
