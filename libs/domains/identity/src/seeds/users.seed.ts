import { defineTenantSeed, type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { userDefaults } from '../users/user-defaults.js';
import { users } from '../users/users.collection.js';
import { type CastMember, castOf } from './cast.js';

/** The users of a tenant. */
export const usersSeed = defineTenantSeed({
  name: 'users',
  collection: users,
  plan: (context) => {
    const cast = castOf(context);
    return { total: cast.length, rows: cast.map((member) => user(context, member)) };
  },
});

function user(context: TenantSeedContext, member: CastMember): SeedRow<typeof users> {
  const { index, status, joinedAt } = member;
  const fake = context.fake('profile', index);
  const lastSeen = context.daysAgo(status === 'active' ? context.number({ min: 0, max: 48 }, 'seen', index) / 24 : 30);
  const defaults = userDefaults();
  return {
    user_id: member.userId,
    external_id: member.externalId,
    profile: {
      display_name: member.displayName,
      username: member.username,
      username_lc: member.username,
      bio: fake.person.jobTitle().slice(0, 160),
      avatar_url: member.avatarUrl,
      first_name: member.firstName,
      last_name: member.lastName,
      email: `${member.username}@users.example.com`,
      // 555-01xx is reserved for fiction.
      phone: `+1202555${String(100 + (index % 100)).padStart(4, '0')}`,
      custom_data: { department: fake.commerce.department() },
    },
    status,
    ...defaults,
    presence: {
      ...defaults.presence,
      state: context.pick(['offline', 'offline', 'online', 'away', 'dnd', 'invisible'], 'presence', index),
      message: index % 4 === 1 ? 'In a meeting' : null,
      last_seen: lastSeen,
      last_active_at: lastSeen,
      last_changed_at: lastSeen,
    },
    encryption: { enabled: true, registered_at: joinedAt, key_version: 1 },
    roles: index === 0 ? ['user', 'admin'] : index % 5 === 1 ? ['user', 'moderator'] : ['user'],
    moderation:
      status === 'banned'
        ? {
            ...defaults.moderation,
            ban_reason: 'Sent the same link to everybody.',
            banned_by: 'seed',
            warnings: [{ reason: 'Please stop this.', issued_at: context.daysAgo(31), issued_by: 'seed' }],
            warning_count: 1,
            reports_against: 3,
          }
        : defaults.moderation,
    saas_metadata: null,
    created_at: joinedAt,
    updated_at: lastSeen,
  };
}
