import { type FenceBoard } from '@caas/data-access-redis';
import { type FencedTenant, type Logger, type TenantFence, TenantMigratingError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { ackToken, BEAT_MS, FENCE_MS, type FenceNotice, MEMBER_LEASE_MS, readNotice } from './fence-notice.js';
import { type FenceRecords } from './fence-records.js';

/** What a fence is connected to. */
export interface FenceLinks {
  readonly board: FenceBoard;
  readonly records: FenceRecords;
  /** Names the process on the board. */
  readonly member: string;
  readonly logger: Logger;
}

export interface SharedFenceOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
  /** How long this process holds writes back when nobody tells it to go on. */
  readonly holdMs?: number;
}

/** A fence that is closed here. */
interface Hold {
  readonly notice: FenceNotice;
  readonly timer: NodeJS.Timeout;
  acknowledged: boolean;
}

/** Epochs that are remembered; tenants that moved most recently. */
const EPOCHS_MAX = 10_000;
/** Fences that have opened again and are remembered, because the board may still show them for a moment. */
const OPENED_MAX = 1_000;
const RETRY_MS = 250;

/**
 * The fence of one process, told by the board what to hold back. The mover closes it; it opens when the mover says so, and otherwise by itself after its
 * time, once the tenant's record says that the move cannot take place any more. A process without contact to the board could miss a closing, so it
 * lets no write of a migrating tenant pass. See docs/decisions/0011-live-moves-of-tenants.md.
 */
export class SharedTenantFence implements TenantFence {
  readonly #now: () => number;
  readonly #holdMs: number;
  readonly #inside = new Map<TenantId, number>();
  readonly #following = new Map<TenantId, number>();
  readonly #holds = new Map<TenantId, Hold>();
  readonly #epochs = new Map<TenantId, number>();
  readonly #opened = new Set<string>();
  #links: FenceLinks | undefined;
  #memberUntil = -Infinity;
  #beat: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;

  constructor({ now = () => performance.now(), holdMs = FENCE_MS }: SharedFenceOptions = {}) {
    this.#now = now;
    this.#holdMs = holdMs;
  }

  enter(tenant: FencedTenant): void {
    const { tenantId } = tenant;
    if (this.#holds.has(tenantId)) throw new TenantMigratingError();
    this.#refuseStale(tenant);
    this.#inside.set(tenantId, (this.#inside.get(tenantId) ?? 0) + 1);
  }

  leave({ tenantId }: FencedTenant): void {
    this.#leave(this.#inside, tenantId);
  }

  /**
   * The same for a write that follows from one that is let out: a closed fence lets it pass, because what is behind the fence could not be finished
   * otherwise. Once the tenant has moved, only one that knows the new place passes.
   */
  follow(tenant: FencedTenant): void {
    this.#refuseStale(tenant);
    this.#following.set(tenant.tenantId, (this.#following.get(tenant.tenantId) ?? 0) + 1);
  }

  /** The outcome of a write that followed is known. */
  leaveFollowing({ tenantId }: FencedTenant): void {
    this.#leave(this.#following, tenantId);
  }

  #refuseStale(tenant: FencedTenant): void {
    const epoch = this.#epochs.get(tenant.tenantId);
    if (epoch !== undefined && tenant.isolation.epoch < epoch) throw new TenantMigratingError('The tenant has just moved.');
    if (tenant.provisioning === 'migrating' && this.#now() > this.#memberUntil) {
      throw new TenantMigratingError('The tenant moves, and this process cannot hear when to pause.');
    }
  }

  #leave(counts: Map<TenantId, number>, tenantId: TenantId): void {
    const left = (counts.get(tenantId) ?? 1) - 1;
    if (left > 0) return void counts.set(tenantId, left);
    counts.delete(tenantId);
    const hold = this.#holds.get(tenantId);
    if (hold !== undefined && this.#isOut(hold)) this.#acknowledge(hold);
  }

  /** Nothing that the phase waits for is on its way: before the move what was let in, after it also what follows from it. */
  #isOut({ notice: { tenantId, phase } }: Hold): boolean {
    return !this.#inside.has(tenantId) && (phase === 'closed' || !this.#following.has(tenantId));
  }

  /** Starts listening. Resolves when the process is a member; with Redis away, when it has tried. */
  async connect(links: FenceLinks): Promise<void> {
    this.#links = links;
    await links.board.watch({ onNotice: (text) => this.#hear(text), onGap: () => this.#renew() }).catch((error: unknown) => {
      links.logger.warn({ err: error }, 'the fence could not subscribe; it goes on by its beats');
    });
    this.#beat = setInterval(() => this.#renew(), BEAT_MS);
    this.#beat.unref();
    this.#renew();
    await this.#beating;
  }

  /** Stops listening. Call it when nothing writes any more. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    for (const { timer } of this.#holds.values()) clearTimeout(timer);
    await this.#beating;
    const links = this.#links;
    this.#memberUntil = -Infinity;
    await links?.board.leave(links.member).catch(() => undefined); // the lease ends by itself
  }

  /** One beat at a time: while one waits for a slow answer, more would not make the process more of a member. */
  #renew(): void {
    this.#beating ??= this.#beatOnce().finally(() => (this.#beating = undefined));
  }

  async #beatOnce(): Promise<void> {
    const links = this.#links;
    if (links === undefined) return;
    const asked = this.#now();
    try {
      const texts = await links.board.beat(links.member, MEMBER_LEASE_MS);
      // Counted from before the question: the board's own count begins later, so it never ends before ours.
      this.#memberUntil = asked + MEMBER_LEASE_MS;
      for (const text of texts) this.#hear(text);
      const up = new Set(texts.map((text) => readNotice(text)?.token));
      for (const hold of [...this.#holds.values()]) {
        if (!up.has(hold.notice.token)) await this.#lookAfter(hold);
        else if (this.#isOut(hold)) this.#acknowledge(hold);
      }
    } catch (error) {
      links.logger.debug({ err: error }, 'no contact to the fence board');
    }
  }

  #hear(text: string): void {
    const notice = readNotice(text);
    if (notice === undefined || this.#opened.has(notice.token)) return;
    const hold = this.#holds.get(notice.tenantId);
    if (notice.phase === 'open') {
      if (hold?.notice.token === notice.token) this.#open(hold, notice.epoch);
      return;
    }
    if (hold?.notice.token === notice.token) {
      if (notice.phase === 'moved' && hold.notice.phase === 'closed') this.#close({ ...notice }, hold);
      return;
    }
    if (notice.epoch >= (this.#epochs.get(notice.tenantId) ?? 0)) this.#close(notice, hold);
  }

  #close(notice: FenceNotice, before: Hold | undefined): void {
    if (before !== undefined) clearTimeout(before.timer);
    const timer = setTimeout(() => void this.#expire(notice), this.#holdMs);
    timer.unref();
    const hold: Hold = { notice, timer, acknowledged: false };
    this.#holds.set(notice.tenantId, hold);
    if (notice.phase === 'moved') this.#remember(notice.tenantId, notice.epoch);
    if (this.#isOut(hold)) this.#acknowledge(hold);
  }

  #acknowledge(hold: Hold): void {
    const links = this.#links;
    if (hold.acknowledged || links === undefined) return;
    hold.acknowledged = true;
    links.board.acknowledge(ackToken(hold.notice), links.member).catch((error: unknown) => {
      hold.acknowledged = false;
      links.logger.warn({ err: error }, 'a closed fence could not be acknowledged');
    });
  }

  #open({ notice, timer }: Hold, epoch: number): void {
    clearTimeout(timer);
    this.#remember(notice.tenantId, epoch);
    this.#holds.delete(notice.tenantId);
    this.#opened.add(notice.token);
    const [first] = this.#opened;
    if (this.#opened.size > OPENED_MAX && first !== undefined) this.#opened.delete(first);
  }

  #remember(tenantId: TenantId, epoch: number): void {
    if (epoch < (this.#epochs.get(tenantId) ?? 0)) return;
    this.#epochs.delete(tenantId);
    this.#epochs.set(tenantId, epoch);
    const [oldest] = this.#epochs.keys();
    if (this.#epochs.size > EPOCHS_MAX && oldest !== undefined) this.#epochs.delete(oldest);
  }

  /** The notice is not up any more, and the message that says why was missed: the record knows. */
  async #lookAfter(hold: Hold): Promise<void> {
    const { tenantId, version } = hold.notice;
    const found = await this.#links?.records.look(tenantId, version);
    if (found === undefined || found === 'same' || this.#holds.get(tenantId) !== hold) return;
    this.#open(hold, found === 'gone' ? hold.notice.epoch : found.epoch);
  }

  async #expire(notice: FenceNotice): Promise<void> {
    const { tenantId, version } = notice;
    try {
      const epoch = await this.#links?.records.settle(tenantId, version);
      const hold = this.#holds.get(tenantId);
      if (hold?.notice === notice) this.#open(hold, epoch ?? notice.epoch);
    } catch (error) {
      this.#links?.logger.warn({ err: error }, 'a fence stays closed: the tenant’s record cannot be read');
      setTimeout(() => void this.#expire(notice), RETRY_MS).unref();
    }
  }
}
