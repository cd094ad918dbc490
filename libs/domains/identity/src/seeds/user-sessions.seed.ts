import { defineTenantSeed, type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { defaultApplicationId } from '../applications/default-application.step.js';
import { userSessions } from '../user-sessions/user-sessions.collection.js';
import { type CastMember, castOf } from './cast.js';

type Row = SeedRow<typeof userSessions>;

const LIFETIME_DAYS = 7;

/** A session in use for everybody; the second user has an expired one as well, the third one that they ended. */
export const userSessionsSeed = defineTenantSeed({
  name: 'user sessions',
  collection: userSessions,
  plan: (context) => {
    const cast = castOf(context);
    const rows = cast.flatMap((member) => [
      session(context, member, { name: 'current', startedDaysAgo: 1 }),
      ...(member.index === 1 ? [session(context, member, { name: 'expired', startedDaysAgo: 10 })] : []),
      ...(member.index === 2 ? [loggedOut(context, member)] : []),
    ]);
    return { total: rows.length, rows };
  },
});

function session(
  context: TenantSeedContext,
  { index, userId, deviceId }: CastMember,
  { name, startedDaysAgo }: { name: string; startedDaysAgo: number },
): Row {
  const startedAt = context.daysAgo(startedDaysAgo);
  const ip = `192.0.2.${index % 250}`;
  return {
    session_id: context.id('sess', index, name),
    user_id: userId,
    app_id: defaultApplicationId(context.tenant.tenantId),
    device_id: deviceId,
    tokens: {
      // The hash of nothing that anybody has: the session can be looked at, not used.
      refresh_hash: context.bytes('refresh token', index, name).toString('hex'),
      prev_refresh_hash: null,
      access_jti: context.rowId('access token', index, name),
      access_expires_at: new Date(startedAt.getTime() + 15 * 60_000),
      refresh_count: 0,
      last_refresh_at: null,
    },
    status: 'active',
    activity: {
      last_active_at: startedAt,
      created_ip: ip,
      last_ip: ip,
      ip_history: [{ ip, seen_at: startedAt }],
      location: { city: null, region: null, country: 'US' },
    },
    security: {
      is_suspicious: false,
      suspicious_indicators: [],
      requires_reauthentication: false,
      mfa_verified: false,
      mfa_verified_at: null,
    },
    terminated: null,
    expires_at: context.daysAgo(startedDaysAgo - LIFETIME_DAYS),
    created_at: startedAt,
  };
}

function loggedOut(context: TenantSeedContext, member: CastMember): Row {
  const at = context.daysAgo(1.5);
  return {
    ...session(context, member, { name: 'logged out', startedDaysAgo: 2 }),
    status: 'revoked',
    terminated: { at, by: 'user', reason: 'logout', from_ip: null },
    updated_at: at,
  };
}
