import { defineTenantSeed, type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { prekeyBundles } from '../encryption-keys/prekey-bundles.collection.js';
import { userKeys } from '../encryption-keys/user-keys.collection.js';
import { type CastMember, castOf } from './cast.js';
import { identityKeyId } from './user-devices.seed.js';

const PREKEYS = 5;
const PREKEY_LIFETIME_DAYS = 90;
const SIGNED_PREKEY_LIFETIME_DAYS = 7;
const REGISTRATION_ID = { min: 1, max: 16_383 } as const;

/** Public keys of everybody's device: of the right size, and of no private key. */
export const userKeysSeed = defineTenantSeed({
  name: 'user keys',
  collection: userKeys,
  plan: (context) => {
    const cast = castOf(context);
    return { total: cast.length, rows: cast.map((member) => keys(context, member)) };
  },
});

/** One-time keys of everybody's device. */
export const prekeysSeed = defineTenantSeed({
  name: 'prekeys',
  collection: prekeyBundles,
  plan: (context) => {
    const cast = castOf(context);
    return { total: cast.length * PREKEYS, rows: cast.flatMap((member) => prekeys(context, member)) };
  },
});

function keys(context: TenantSeedContext, member: CastMember): SeedRow<typeof userKeys> {
  const { index, userId, deviceId, joinedAt } = member;
  const publicKey = context.bytes('identity key', index);
  return {
    user_key_id: context.rowId('user key', index),
    user_id: userId,
    device_id: deviceId,
    identity_key: {
      key_id: identityKeyId(context, member),
      public_key: publicKey,
      fingerprint: publicKey.toString('hex'),
      version: 1,
      created_at: joinedAt,
    },
    signed_prekey: {
      key_id: 1,
      public_key: context.bytes('signed prekey', index),
      signature: Buffer.concat([context.bytes('signature', index, 'a'), context.bytes('signature', index, 'b')]),
      version: 1,
      created_at: context.daysAgo(1),
      expires_at: context.daysAgo(1 - SIGNED_PREKEY_LIFETIME_DAYS),
    },
    registration_id: context.number(REGISTRATION_ID, 'registration', index),
    status: { active: true, last_key_rotation_at: context.daysAgo(1), rotation_required: false, prekey_low_warning: true },
    created_at: joinedAt,
  };
}

function prekeys(context: TenantSeedContext, { index, userId, deviceId }: CastMember): SeedRow<typeof prekeyBundles>[] {
  return Array.from({ length: PREKEYS }, (_, keyId) => ({
    prekey_id: context.rowId('prekey', index, keyId),
    user_id: userId,
    device_id: deviceId,
    key_id: keyId,
    public_key: context.bytes('prekey', index, keyId),
    expires_at: context.daysAgo(1 - PREKEY_LIFETIME_DAYS),
    created_at: context.daysAgo(1),
  }));
}
