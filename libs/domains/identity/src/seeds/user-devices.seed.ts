import { defineTenantSeed, type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { userDevices } from '../user-devices/user-devices.collection.js';
import { type CastMember, castOf } from './cast.js';

type Row = SeedRow<typeof userDevices>;

/** The id of the key in a device's identity; the same in `user_keys`. */
export const identityKeyId = (context: TenantSeedContext, { index }: CastMember): string => context.rowId('identity key', index);

/** A device in use for everybody, and one that its user gave up. */
export const userDevicesSeed = defineTenantSeed({
  name: 'user devices',
  collection: userDevices,
  plan: (context) => {
    const cast = castOf(context);
    const rows = cast.flatMap((member) =>
      member.index === 0 ? [inUse(context, member), revoked(context, member)] : [inUse(context, member)],
    );
    return { total: rows.length, rows };
  },
});

function inUse(context: TenantSeedContext, member: CastMember): Row {
  const { index, joinedAt, userId, deviceId } = member;
  const isPhone = index % 2 === 0;
  return {
    device_id: deviceId,
    user_id: userId,
    device_info: {
      name: isPhone ? 'Phone' : 'Laptop',
      type: isPhone ? 'mobile' : 'desktop',
      platform: context.pick(isPhone ? ['ios', 'android'] : ['windows', 'macos', 'linux'], 'platform', index),
      os_version: null,
      app_version: '1.4.0',
      model: null,
      manufacturer: null,
      browser: null,
      browser_version: null,
      fingerprint: null,
    },
    push: {
      enabled: false,
      provider: isPhone ? 'fcm' : 'web_push',
      token: null,
      keys: null,
      token_hash: null,
      last_refreshed_at: null,
      failed_attempts: 0,
      last_failure_reason: null,
    },
    encryption: { registered: true, identity_key_id: identityKeyId(context, member), prekey_low_threshold: 20 },
    activity: {
      first_seen_at: joinedAt,
      last_active_at: context.daysAgo(1),
      total_sessions: 1,
      total_messages_sent: 0,
      last_ip: `192.0.2.${index % 250}`,
      last_location: { city: null, region: null, country: 'US', timezone: 'America/New_York' },
    },
    status: 'active',
    trusted_at: joinedAt,
    revoked_at: null,
    security: { is_suspicious: false, suspicious_reason: null, verification_required: false, blocked_until: null },
    created_at: joinedAt,
  };
}

function revoked(context: TenantSeedContext, member: CastMember): Row {
  const row = inUse(context, member);
  const at = context.daysAgo(2);
  return {
    ...row,
    device_id: context.id('dev', member.index, 1),
    device_info: { ...row.device_info, name: 'Old phone' },
    encryption: { ...row.encryption, registered: false, identity_key_id: null },
    status: 'revoked',
    revoked_at: at,
    updated_at: at,
  };
}
