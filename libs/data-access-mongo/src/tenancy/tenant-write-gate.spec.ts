import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { type ClientSession } from 'mongodb';
import { type FencedTenant, type TenantFence, TenantMigratingError } from '@caas/runtime';
import { aTenant } from '../fixtures/tenants.fixture.js';
import { TenantWriteGate } from './tenant-write-gate.js';

/** A fence that can be closed, and counts who is inside. */
class CountingFence implements TenantFence {
  closed = false;
  inside = 0;
  readonly asked: FencedTenant[] = [];

  enter(tenant: FencedTenant): void {
    this.asked.push(tenant);
    if (this.closed) throw new TenantMigratingError();
    this.inside += 1;
  }

  leave(): void {
    this.inside -= 1;
  }
}

function aGate() {
  const fence = new CountingFence();
  const tenant = aTenant();
  return { fence, tenant, gate: new TenantWriteGate(fence, tenant) };
}

/** The part of a session that the gate looks at. */
const aSession = () => new EventEmitter() as unknown as ClientSession & { emit(event: 'ended'): boolean };

describe('a write outside of transactions', () => {
  it('is inside the fence until its outcome is known', async () => {
    const { fence, tenant, gate } = aGate();
    const insideDuring: number[] = [];

    const result = await gate.pass(undefined, async () => insideDuring.push(fence.inside));

    expect([result, insideDuring, fence.inside]).toEqual([1, [1], 0]);
    expect(fence.asked).toEqual([tenant]);
  });

  it('leaves when it fails', async () => {
    const { fence, gate } = aGate();

    await expect(gate.pass(undefined, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(fence.inside).toBe(0);
  });

  it('does not run while the fence is closed', async () => {
    const { fence, gate } = aGate();
    fence.closed = true;
    let ran = false;

    await expect(gate.pass(undefined, async () => (ran = true))).rejects.toMatchObject({ code: 'TENANT_MIGRATING', retryable: true });
    expect([ran, fence.inside]).toEqual([false, 0]);
  });
});

describe('writes of a transaction', () => {
  it('enter once and leave when the transaction has ended', async () => {
    const { fence, gate } = aGate();
    const session = aSession();

    await gate.pass(session, async () => undefined);
    fence.closed = true;
    await gate.pass(session, async () => undefined);
    expect([fence.asked.length, fence.inside]).toEqual([1, 1]);

    session.emit('ended');
    expect(fence.inside).toBe(0);
    await expect(gate.pass(aSession(), async () => undefined)).rejects.toMatchObject({ code: 'TENANT_MIGRATING' });
  });

  it('enter once for each tenant', async () => {
    const { fence, gate } = aGate();
    const session = aSession();
    const other = new TenantWriteGate(fence, aTenant());

    await gate.pass(session, async () => undefined);
    await other.pass(session, async () => undefined);
    expect(fence.inside).toBe(2);

    session.emit('ended');
    expect(fence.inside).toBe(0);
  });
});
