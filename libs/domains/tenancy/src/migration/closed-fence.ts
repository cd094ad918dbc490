import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type BoardState, type FenceBoard } from '@caas/data-access-redis';
import { UnavailableError } from '@caas/runtime';
import { ackToken, FENCE_MS, type FenceNotice, noticeText } from './fence-notice.js';

const POLL_MS = 10;
/** A member that has not let its last write out by then makes the attempt fail: the pause is for the copy, not for waiting. */
const CLOSE_WITHIN_MS = 4_000;
/** Readers of the old place are waited for no longer; a late one reads what was true a moment ago. */
const MOVED_WITHIN_MS = 500;
/** The notice stays up longer than members obey it. */
const NOTICE_TTL_MS = FENCE_MS + 2_000;

/** The fence around a tenant, in the hands of whoever moves it. */
export class ClosedFence {
  readonly #board: FenceBoard;
  readonly #started = performance.now();
  #notice: FenceNotice;

  private constructor(board: FenceBoard, notice: FenceNotice) {
    this.#board = board;
    this.#notice = notice;
  }

  /**
   * Closes the fence and resolves when every member of the board holds the tenant's writes back and has none on its way. `since`: the memory of the
   * board that was seen at least a lease ago. Rejects with `UnavailableError` and leaves the fence open when a member does not answer or vanishes, or
   * the board lost its memory: then somebody may be writing.
   */
  static async close(
    board: FenceBoard,
    { since, ...about }: Pick<FenceNotice, 'tenantId' | 'epoch' | 'version'> & { readonly since: string },
  ): Promise<ClosedFence> {
    const notice: FenceNotice = { ...about, token: randomBytes(9).toString('base64url'), phase: 'closed' };
    const fence = new ClosedFence(board, notice);
    try {
      const posted = await board.post({ token: ackToken(notice), text: noticeText(notice) }, { ttlMs: NOTICE_TTL_MS });
      await fence.#acknowledged(posted, since);
      return fence;
    } catch (error) {
      await fence.open().catch(() => undefined); // members open by themselves when their time is over
      throw error;
    }
  }

  /** Milliseconds since the fence was closed. */
  get elapsedMs(): number {
    return performance.now() - this.#started;
  }

  /** Tells that the data is at another epoch now, and waits a moment for everybody to know it before anybody writes there. */
  async moved(epoch: number): Promise<void> {
    const before = noticeText(this.#notice);
    const notice: FenceNotice = { ...this.#notice, epoch, phase: 'moved' };
    this.#notice = notice;
    const token = ackToken(notice);
    let state = await this.#board.post({ token, text: noticeText(notice) }, { ttlMs: NOTICE_TTL_MS, inPlaceOf: before });
    const until = performance.now() + MOVED_WITHIN_MS;
    while (missing(state).length > 0 && performance.now() < until) {
      await pause(POLL_MS);
      state = await this.#board.state(token);
    }
  }

  /** Lets writes pass again. Resolves with how long they waited, in milliseconds. */
  async open(): Promise<number> {
    await this.#board.withdraw({ text: noticeText(this.#notice) }, noticeText({ ...this.#notice, phase: 'open' }));
    return this.elapsedMs;
  }

  async #acknowledged(posted: BoardState, since: string): Promise<void> {
    const token = ackToken(this.#notice);
    const expected = new Set(posted.members);
    for (let state = posted; ; state = await this.#board.state(token)) {
      if (state.since !== since) throw notClosed('the board lost its memory');
      for (const member of state.members) expected.add(member);
      const late = [...expected].filter((member) => !state.acknowledged.includes(member));
      if (late.length === 0) return;
      if (late.some((member) => !state.members.includes(member))) throw notClosed('a process vanished without an answer');
      if (this.elapsedMs > CLOSE_WITHIN_MS) throw notClosed(`${late.length} processes did not answer in time`);
      await pause(POLL_MS);
    }
  }
}

function missing({ members, acknowledged }: BoardState): string[] {
  return members.filter((member) => !acknowledged.includes(member));
}

function notClosed(why: string): UnavailableError {
  return new UnavailableError(`The tenant’s writes could not be held back: ${why}.`, {
    details: { reason: 'fence_not_closed', retryAfterSeconds: 1 },
  });
}
