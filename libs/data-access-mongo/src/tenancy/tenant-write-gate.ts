import { type ClientSession } from 'mongodb';
import { type FencedTenant, type TenantFence } from '@caas/runtime';

/** Which tenants' writes belong to a transaction that has entered the fence already. */
const entered = new WeakMap<ClientSession, Set<string>>();

/** Leads the writes of one tenant through the fence. */
export class TenantWriteGate {
  readonly #fence: TenantFence;
  readonly #tenant: FencedTenant;

  constructor(fence: TenantFence, tenant: FencedTenant) {
    this.#fence = fence;
    this.#tenant = tenant;
  }

  /**
   * Runs one write inside the fence, or rejects as `TenantFence.enter` throws, without running it. A transaction enters with its first write and
   * leaves when it has ended: a fence that closes meanwhile waits for it, because its effects appear with the commit only.
   */
  async pass<Result>(session: ClientSession | undefined, write: () => Promise<Result>): Promise<Result> {
    if (session !== undefined) {
      this.#enterOnce(session);
      return write();
    }
    this.#fence.enter(this.#tenant);
    try {
      return await write();
    } finally {
      this.#fence.leave(this.#tenant);
    }
  }

  #enterOnce(session: ClientSession): void {
    const tenants = entered.get(session) ?? new Set<string>();
    if (tenants.has(this.#tenant.tenantId)) return;
    this.#fence.enter(this.#tenant);
    tenants.add(this.#tenant.tenantId);
    entered.set(session, tenants);
    session.once('ended', () => this.#fence.leave(this.#tenant));
  }
}
