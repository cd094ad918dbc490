import { type TenantSeedContext } from '@caas/composition/seeding';

/** A user that is seeded: what other seeds say about them. */
export interface CastMember {
  readonly index: number;
  readonly userId: string;
  readonly externalId: string;
  readonly displayName: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Lower-case. */
  readonly username: string;
  readonly avatarUrl: string;
  readonly joinedAt: Date;
  readonly status: 'active' | 'inactive' | 'banned';
  /** The device that they use. */
  readonly deviceId: string;
}

/** Days before the day of the run in which the users joined. */
const JOINED_DAYS = { min: 60, max: 110 } as const;
/** From so many users on, the last two are not in good standing. */
const ENOUGH_FOR_A_BAN = 6;

/** The users of a tenant, in a fixed order. The first ones are always active. */
export function castOf(context: TenantSeedContext): readonly CastMember[] {
  return context.once(makeCast);
}

/** How a user is shown where they are only named. */
export function snapshotOf({ userId, externalId, displayName, avatarUrl }: CastMember) {
  return { user_id: userId, external_user_id: externalId, display_name: displayName, avatar_url: avatarUrl };
}

function makeCast(context: TenantSeedContext): readonly CastMember[] {
  const count = context.size.users;
  return Array.from({ length: count }, (_, index) => {
    const fake = context.fake('user', index);
    const [firstName, lastName] = [fake.person.firstName(), fake.person.lastName()];
    const username = `${firstName}_${lastName}`
      .toLowerCase()
      .replaceAll(/[^a-z0-9_]/gu, '')
      .slice(0, 24);
    return {
      index,
      userId: context.id('usr', index),
      externalId: `seed-${context.seed}-user-${index}`,
      displayName: `${firstName} ${lastName}`,
      firstName,
      lastName,
      username: `${username}_${index}`,
      avatarUrl: `https://avatars.example.com/${context.rowId('avatar', index)}.png`,
      joinedAt: context.daysAgo(context.number({ min: JOINED_DAYS.min * 24, max: JOINED_DAYS.max * 24 }, 'joined', index) / 24),
      status: count < ENOUGH_FOR_A_BAN || index < count - 2 ? 'active' : index === count - 1 ? 'banned' : 'inactive',
      deviceId: context.id('dev', index, 0),
    };
  });
}
