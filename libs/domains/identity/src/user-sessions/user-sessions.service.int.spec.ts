import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aTenant, IdentityBench } from '../fixtures/identity.fixture.js';
import { RefreshTokens } from './refresh-token.js';
import { SessionStates } from './session-states.js';
import { type IssuedSession, type Rotation, UserSessionsService } from './user-sessions.service.js';

const DAY_MS = 86_400_000;

describe('UserSessionsService', () => {
  const tenant = aTenant();
  const tokens = new RefreshTokens([randomBytes(32)]);
  const access = { jti: 'a1', expiresAt: new Date('2026-01-01T00:15:00Z') };
  const refused = (code: string) => expect.objectContaining({ code });
  let bench: IdentityBench;
  let clock: ManualClock;
  let sessions: UserSessionsService;
  beforeAll(async () => {
    bench = await IdentityBench.open();
  });
  beforeEach(() => {
    clock = new ManualClock(Date.now());
    sessions = new UserSessionsService({ mongo: bench.mongo, clock, states: new SessionStates(bench), tokens });
  });
  afterAll(() => bench?.close());

  const open = (userId = newId('usr'), deviceId: string | null = null) => {
    const expiresAt = new Date(clock.now() + 7 * DAY_MS);
    return sessions.open(tenant, { userId, appId: newId('app'), deviceId, access, ip: '192.0.2.1', expiresAt });
  };
  const stored = async (id: string) => {
    const session = await sessions.find(tenant, id);
    if (session === undefined) throw new Error('no such session');
    return session;
  };
  /** Presents a token to the session as it is stored now. */
  const rotate = async ({ session, refreshToken }: IssuedSession, change: Partial<Rotation> = {}) => {
    const presented = tokens.read(refreshToken);
    if (presented === undefined) throw new Error('not a token of ours');
    const rotation = { access, ip: '192.0.2.2', deviceId: undefined, leewayMs: 0, ...change };
    return sessions.rotate(tenant, await stored(session.session_id), presented, rotation);
  };

  it('stores the hash of a token, never the token', async () => {
    const { session, refreshToken } = await open();

    expect(JSON.stringify(await stored(session.session_id))).not.toContain(refreshToken.slice(-64));
  });

  it('gives a new token for each, once, and remembers where it came from', async () => {
    const first = await open();

    const second = await rotate(first);
    const third = await rotate(second, { access: { ...access, jti: 'a3' } });

    expect(third.session).toMatchObject({ status: 'active', tokens: { access_jti: 'a3', refresh_count: 2 } });
    expect(third.session.activity.ip_history.map(({ ip }) => ip)).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect(third.session.expires_at).toEqual(first.session.expires_at);
  });

  it('ends the session when a used token comes again, of whichever generation', async () => {
    const first = await open();
    const next = await rotate(await rotate(first));

    await expect(rotate(first)).rejects.toEqual(refused('AUTH_REFRESH_REUSED'));
    await expect(rotate(next)).rejects.toEqual(refused('AUTH_REFRESH_INVALID'));

    expect(await stored(first.session.session_id)).toMatchObject({
      status: 'revoked',
      terminated: { by: 'security', reason: 'refresh_token_reuse' },
    });
  });

  it('gives one new token for one, also when it comes often at once', async () => {
    const first = await open();

    const results = await Promise.allSettled([1, 2, 3].map(() => rotate(first)));

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes the previous token once more within the leeway, from the same device, while its successor is unused', async () => {
    const deviceId = newId('dev');
    const own = { deviceId, leewayMs: 10_000 };
    const first = await open(newId('usr'), deviceId);
    const lost = await rotate(first, own);

    const again = await rotate(first, own);

    expect(again.refreshToken).not.toBe(lost.refreshToken);
    await expect(rotate(lost, own)).rejects.toEqual(refused('AUTH_REFRESH_REUSED'));
  });

  it.each([
    ['later', 10_000, true],
    ['from no device', 0, false],
  ])('does not take it %s', async (_, lateMs, isOwn) => {
    const deviceId = isOwn ? newId('dev') : null;
    const own = { deviceId: deviceId ?? undefined, leewayMs: 10_000 };
    const first = await open(newId('usr'), deviceId);
    await rotate(first, own);
    clock.advance(lateMs);

    await expect(rotate(first, own)).rejects.toEqual(refused('AUTH_REFRESH_REUSED'));
  });

  it('ends when its time is over', async () => {
    const first = await open();
    clock.advance(7 * DAY_MS);

    await expect(rotate(first)).rejects.toEqual(refused('AUTH_REFRESH_EXPIRED'));
    expect(await sessions.listActive(tenant, first.session.user_id)).toEqual([]);
  });

  it('has the end that a rotation gives it', async () => {
    const expiresAt = new Date(clock.now() + 9 * DAY_MS);

    expect((await rotate(await open(), { expiresAt })).session.expires_at).toEqual(expiresAt);
  });

  it('ends one session, or all of a user but the present one', async () => {
    const userId = newId('usr');
    const [one, two, three] = [await open(userId), await open(userId), await open(userId)];

    expect(await sessions.revoke(tenant, one.session.session_id, { by: 'user', reason: 'logout' })).toBe(true);
    expect(await sessions.revoke(tenant, one.session.session_id, { by: 'user', reason: 'logout' })).toBe(false);
    expect(await sessions.revokeAll(tenant, userId, { by: 'user', reason: 'password_change', except: two.session.session_id })).toEqual([
      three.session.session_id,
    ]);

    expect((await sessions.listActive(tenant, userId)).map(({ session_id }) => session_id)).toEqual([two.session.session_id]);
    await expect(rotate(three)).rejects.toEqual(refused('AUTH_REFRESH_INVALID'));
  });
});
