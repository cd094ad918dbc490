import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type VerifiedToken } from '@caas/identity';
import { type Clock } from '@caas/runtime';

/** Somebody who is signed in. */
export interface Session {
  /** The token that was shown at the door, without its text. */
  readonly token: VerifiedToken;
  /** What forms of this session have to send along. */
  readonly formToken: string;
  usedAt: number;
  /** Shown once. */
  notice: string | undefined;
}

export const IDLE_MS = 20 * 60_000;
const SESSIONS_MAX = 500;

/**
 * Who is signed in, in the memory of this process: a restart signs everybody out. A session ends with its token, an hour at most, or when it was not used for 20
 * minutes. Kept by the hash of their ids, so that nothing here can be used as a cookie.
 */
export class Sessions {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  /** Opens a session and answers its id, the value of the cookie. With too many open the oldest one ends. */
  open(token: VerifiedToken): string {
    this.#forgetEnded();
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined && this.#sessions.size >= SESSIONS_MAX) this.#sessions.delete(oldest);
    const id = randomBytes(32).toString('base64url');
    const formToken = randomBytes(32).toString('base64url');
    this.#sessions.set(hashOf(id), { token, formToken, usedAt: this.#clock.now(), notice: undefined });
    return id;
  }

  /** The session of a cookie, unless it has ended. Counts as use, unless a page only looks again by itself. */
  find(id: string, { isUse }: { isUse: boolean }): Session | undefined {
    const session = this.#sessions.get(hashOf(id));
    if (session === undefined || this.#hasEnded(session)) return undefined;
    if (isUse) session.usedAt = this.#clock.now();
    return session;
  }

  close(id: string): void {
    this.#sessions.delete(hashOf(id));
  }

  #forgetEnded(): void {
    for (const [key, session] of this.#sessions) if (this.#hasEnded(session)) this.#sessions.delete(key);
  }

  #hasEnded({ token, usedAt }: Session): boolean {
    const now = this.#clock.now();
    return token.expiresAt <= now || usedAt + IDLE_MS <= now;
  }
}

/** Whether a form was made for this session. */
export function isFormOf({ formToken }: Session, sent: string | null): boolean {
  const [ours, theirs] = [Buffer.from(formToken), Buffer.from(sent ?? '')];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
