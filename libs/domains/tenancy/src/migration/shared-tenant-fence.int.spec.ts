import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { connectRedis, type FenceBoard, type RedisAccess } from '@caas/data-access-redis';
import { type FencedTenant, Metrics, TenantMigratingError } from '@caas/runtime';
import { newTenantId, type TenantId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { silent } from '../fixtures/platform.fixture.js';
import { ClosedFence } from './closed-fence.js';
import { type FenceRecords } from './fence-records.js';
import { SharedTenantFence, type SharedFenceOptions } from './shared-tenant-fence.js';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function aRedis(): Promise<RedisAccess> {
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const redis = await connectRedis({ url: stack().redis_url, logger: silent, metrics, name: 'spec' });
  opened.push(() => redis.close());
  return redis;
}

/** A tenant's record in memory: a version, and the epoch that goes with it. */
class MemoryRecords implements FenceRecords {
  version = 3;
  epoch = 1;
  settled = 0;

  async look(_: TenantId, version: number) {
    return this.version === version ? ('same' as const) : { epoch: this.epoch };
  }

  async settle(_: TenantId, version: number) {
    this.settled += 1;
    if (this.version === version) this.version += 1;
    return this.epoch;
  }
}

interface Member {
  readonly fence: SharedTenantFence;
  readonly records: MemoryRecords;
}

async function aMember(board: string, options: SharedFenceOptions = {}): Promise<Member> {
  const [fence, records] = [new SharedTenantFence(options), new MemoryRecords()];
  const own = (await aRedis()).fenceBoard(board);
  await fence.connect({ board: own, records, member: randomUUID(), logger: silent });
  opened.push(() => fence.close());
  return { fence, records };
}

function aTenant(change: Partial<FencedTenant> = {}): FencedTenant {
  return { tenantId: newTenantId(), isolation: { model: 'shared', epoch: 1 }, provisioning: 'migrating', ...change };
}

/** What becomes of one write. */
function attempt({ fence }: Member, tenant: FencedTenant): 'passes' | 'waits' {
  try {
    fence.enter(tenant);
  } catch (error) {
    if (error instanceof TenantMigratingError) return 'waits';
    throw error;
  }
  fence.leave(tenant);
  return 'passes';
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

async function closedFor(board: FenceBoard, { tenantId }: FencedTenant): Promise<ClosedFence> {
  const { since } = await board.state('none');
  return ClosedFence.close(board, { tenantId, epoch: 1, version: 3, since });
}

describe('a fence of several processes', () => {
  it('is closed when no process has a write on its way, and holds back this tenant only', async () => {
    const name = randomUUID();
    const [one, two] = [await aMember(name), await aMember(name)];
    const board = (await aRedis()).fenceBoard(name);
    const [tenant, other] = [aTenant(), aTenant()];
    two.fence.enter(tenant);
    let closed = false;

    const closing = closedFor(board, tenant).finally(() => (closed = true));
    await until(() => attempt(one, tenant) === 'waits');
    await until(() => attempt(two, tenant) === 'waits');
    const before = closed;
    two.fence.leave(tenant);
    const fence = await closing;

    expect([before, attempt(one, tenant), attempt(two, tenant), attempt(one, other)]).toEqual([false, 'waits', 'waits', 'passes']);
    await fence.open();
    await until(() => attempt(one, tenant) === 'passes' && attempt(two, tenant) === 'passes');
  });

  it('lets writes with the new placement pass after a move, and none with the old one', async () => {
    const name = randomUUID();
    const one = await aMember(name);
    const board = (await aRedis()).fenceBoard(name);
    const tenant = aTenant();
    const fence = await closedFor(board, tenant);

    await fence.moved(2);
    const during = attempt(one, { ...tenant, isolation: { model: 'collection', epoch: 2 } });
    await fence.open();
    await until(() => attempt(one, { ...tenant, isolation: { model: 'collection', epoch: 2 } }) === 'passes');

    expect([during, attempt(one, tenant)]).toEqual(['waits', 'waits']);
  });

  it('closes in a process that joins while it is closed', async () => {
    const name = randomUUID();
    const board = (await aRedis()).fenceBoard(name);
    const tenant = aTenant();
    await aMember(name);
    const fence = await closedFor(board, tenant);

    const late = await aMember(name);

    expect(attempt(late, tenant)).toBe('waits');
    await fence.open();
  });

  it('opens by itself when the mover is gone, and makes the flip impossible first', async () => {
    const name = randomUUID();
    const one = await aMember(name, { holdMs: 200 });
    const board = (await aRedis()).fenceBoard(name);
    const tenant = aTenant();
    await closedFor(board, tenant);

    await until(() => attempt(one, tenant) === 'passes');

    expect([one.records.settled, one.records.version]).toEqual([1, 4]);
  });

  it('learns from the record when it opens by itself after the flip', async () => {
    const name = randomUUID();
    const one = await aMember(name, { holdMs: 200 });
    const board = (await aRedis()).fenceBoard(name);
    const tenant = aTenant();
    await closedFor(board, tenant);
    Object.assign(one.records, { version: 4, epoch: 2 });

    await until(() => attempt(one, { ...tenant, isolation: { model: 'collection', epoch: 2 } }) === 'passes');

    expect(attempt(one, tenant)).toBe('waits');
  });

  it('cannot be closed while a process does not let its write out, and opens again then', async () => {
    const name = randomUUID();
    const [one, stuck] = [await aMember(name), await aMember(name)];
    const board = (await aRedis()).fenceBoard(name);
    const tenant = aTenant();
    stuck.fence.enter(tenant);

    await expect(closedFor(board, tenant)).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE', details: { reason: 'fence_not_closed' } });

    await until(() => attempt(one, tenant) === 'passes');
  });

  it('cannot be closed on a board that has another memory than before', async () => {
    const name = randomUUID();
    await aMember(name);
    const board = (await aRedis()).fenceBoard(name);
    const { tenantId } = aTenant();

    await expect(ClosedFence.close(board, { tenantId, epoch: 1, version: 3, since: 'another' })).rejects.toThrow(/lost its memory/);
  });
});

describe('a process without contact to the board', () => {
  it('lets no write of a migrating tenant pass, and those of others', async () => {
    let now = 0;
    const member = await aMember(randomUUID(), { now: () => now });
    const migrating = aTenant();
    expect(attempt(member, migrating)).toBe('passes');

    await member.fence.close();
    now = 60_000;

    expect([attempt(member, migrating), attempt(member, aTenant({ provisioning: 'ready' }))]).toEqual(['waits', 'passes']);
  });
});
