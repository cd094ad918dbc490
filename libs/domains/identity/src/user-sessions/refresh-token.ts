import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isId } from '@caas/schema';

const SECRET_BYTES = 32;
const TOKEN_FORM = /^(sess_[0-9a-z]{26})\.[A-Za-z0-9_-]{43}$/;

/** A refresh token: `text` for the client, once; `hash` for the store. */
export interface RefreshToken {
  readonly text: string;
  readonly hash: string;
}

/** A new token of a session: the session's id, which finds the row, and 256 random bits. */
export function newRefreshToken(sessionId: string): RefreshToken {
  const text = `${sessionId}.${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { text, hash: hashOf(text) };
}

/** The session that a token names and the token's hash; `undefined` for what has not the form of a token. */
export function parseRefreshToken(text: string): { readonly sessionId: string; readonly hash: string } | undefined {
  const sessionId = TOKEN_FORM.exec(text)?.[1];
  return sessionId !== undefined && isId('sess', sessionId) ? { sessionId, hash: hashOf(text) } : undefined;
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function isSameHash(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
