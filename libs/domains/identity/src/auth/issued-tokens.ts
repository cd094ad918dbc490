import { idOf, int32, text, z } from '@caas/schema';
import { type IssuedToken } from '../tokens/access-token.js';
import { type IssuedSession } from '../user-sessions/user-sessions.service.js';
import { userResource } from '../users/users.resource.js';

/** Tokens as whoever signs in gets them. An application as such gets no refresh token and has neither session nor user. */
export const refreshedTokens = z.strictObject({
  access_token: text({ min: 1, max: 8_192 }),
  token_type: z.literal('Bearer'),
  /** Seconds. */
  expires_in: int32({ min: 0 }),
  refresh_token: text({ min: 1, max: 200 }).nullable(),
  refresh_expires_in: int32({ min: 0 }).nullable(),
  session_id: idOf('sess').nullable(),
});
export const issuedTokens = refreshedTokens.extend({ user: userResource.nullable() });
export type RefreshedTokens = z.output<typeof refreshedTokens>;

export function toRefreshedTokens(token: IssuedToken, issued: IssuedSession | undefined, now: number): RefreshedTokens {
  const secondsUntil = (time: Date): number => Math.max(0, Math.ceil((time.getTime() - now) / 1_000));
  return {
    access_token: token.text,
    token_type: 'Bearer',
    expires_in: secondsUntil(token.expiresAt),
    refresh_token: issued?.refreshToken ?? null,
    refresh_expires_in: issued === undefined ? null : secondsUntil(issued.session.expires_at),
    session_id: issued?.session.session_id ?? null,
  };
}
