import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aTenant, IdentityBench } from '../fixtures/identity.fixture.js';
import { newRefreshToken } from './refresh-token.js';
import { userSessions } from './user-sessions.collection.js';
import { UserSessionsService } from './user-sessions.service.js';

const DAY_MS = 86_400_000;

describe('UserSessionsService', () => {
  const tenant = aTenant();
  const refused = expect.objectContaining({ code: 'AUTH_REQUIRED' });
  const access = { jti: 'a1', expiresAt: new Date('2026-01-01T00:15:00Z') };
  let bench: IdentityBench;
  let clock: ManualClock;
  let sessions: UserSessionsService;
  beforeAll(async () => {
    bench = await IdentityBench.open();
  });
  beforeEach(() => {
    clock = new ManualClock(Date.now());
    sessions = new UserSessionsService({ mongo: bench.mongo, clock });
  });
  afterAll(() => bench?.close());

  const open = (userId = newId('usr')) => sessions.open(tenant, { userId, deviceId: null, access, ip: '192.0.2.1' });
  const stored = (id: string) => bench.mongo.forTenant(tenant).repository(userSessions).get(id);

  it('stores the hash of a token, never the token', async () => {
    const { session, refreshToken } = await open();

    expect(refreshToken.startsWith(`${session.session_id}.`)).toBe(true);
    expect(JSON.stringify(await stored(session.session_id))).not.toContain(refreshToken.split('.')[1]);
  });

  it('gives a new token for each, once', async () => {
    const first = await open();

    const second = await sessions.rotate(tenant, first.refreshToken, { access: { ...access, jti: 'a2' }, slide: false });
    const third = await sessions.rotate(tenant, second.refreshToken, { access: { ...access, jti: 'a3' }, slide: false });

    expect(third.session).toMatchObject({ status: 'active', tokens: { access_jti: 'a3', refresh_count: 2 } });
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect(third.session.expires_at).toEqual(first.session.expires_at);
  });

  it('ends the session when a used token comes again', async () => {
    const { session, refreshToken } = await open();
    const next = await sessions.rotate(tenant, refreshToken, { access, slide: false });

    await expect(sessions.rotate(tenant, refreshToken, { access, slide: false })).rejects.toEqual(refused);
    await expect(sessions.rotate(tenant, next.refreshToken, { access, slide: false })).rejects.toEqual(refused);

    expect(await stored(session.session_id)).toMatchObject({
      status: 'revoked',
      terminated: { by: 'security', reason: 'refresh_token_reuse' },
    });
  });

  it('gives no two tokens for one, also when it comes twice at once', async () => {
    const { refreshToken } = await open();

    const results = await Promise.allSettled([1, 2, 3].map(() => sessions.rotate(tenant, refreshToken, { access, slide: false })));

    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
  });

  it('refuses a token with a wrong secret without ending the session', async () => {
    const { session, refreshToken } = await open();

    await expect(sessions.rotate(tenant, newRefreshToken(session.session_id).text, { access, slide: false })).rejects.toEqual(refused);

    await expect(sessions.rotate(tenant, refreshToken, { access, slide: false })).resolves.toBeDefined();
  });

  it.each(['', 'nonsense', `${newId('sess')}.short`, `${newId('usr')}.${'a'.repeat(43)}`])('refuses %j', async (text) => {
    await expect(sessions.rotate(tenant, text, { access, slide: false })).rejects.toEqual(refused);
  });

  it('refuses a token of another tenant', async () => {
    const { refreshToken } = await open();

    await expect(sessions.rotate(aTenant(), refreshToken, { access, slide: false })).rejects.toEqual(refused);
  });

  it('slides by 7 days, and ends 30 days after its start', async () => {
    let current = await open();
    const start = current.session.created_at.getTime();
    for (const days of [5, 5, 5, 5, 5]) {
      clock.advance(days * DAY_MS);
      current = await sessions.rotate(tenant, current.refreshToken, { access, slide: true });
    }
    expect(current.session.expires_at.getTime()).toBe(start + 30 * DAY_MS);

    clock.advance(5 * DAY_MS + 1_000);

    await expect(sessions.rotate(tenant, current.refreshToken, { access, slide: true })).rejects.toEqual(refused);
    expect(await sessions.listActive(tenant, current.session.user_id)).toEqual([]);
  });

  it('ends one session, or all of a user but the present one', async () => {
    const userId = newId('usr');
    const [one, two, three] = [await open(userId), await open(userId), await open(userId)];

    expect(await sessions.revoke(tenant, one.session.session_id, { by: 'user', reason: 'logout' })).toBe(true);
    expect(await sessions.revoke(tenant, one.session.session_id, { by: 'user', reason: 'logout' })).toBe(false);
    expect(await sessions.revokeAll(tenant, userId, { by: 'user', reason: 'password_change', except: two.session.session_id })).toBe(1);

    expect((await sessions.listActive(tenant, userId)).map(({ session_id }) => session_id)).toEqual([two.session.session_id]);
    await expect(sessions.rotate(tenant, three.refreshToken, { access, slide: false })).rejects.toEqual(refused);
  });
});
