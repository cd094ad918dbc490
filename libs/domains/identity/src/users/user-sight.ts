import { type Mongo, op } from '@caas/data-access-mongo';
import { type ActingUser, type TenantContext } from '@caas/runtime';
import { type UserRelationship, userRelationships } from '../relationships/user-relationships.collection.js';
import { type User } from './users.collection.js';
import { type Sight } from './users.resource.js';

/** How much of other users somebody gets to see. */
export class UserSight {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  /** For each user; without a viewer a server asks, which sees all. Staff of the application sees every profile. One read of relationships for all. */
  async of(tenant: TenantContext, viewer: ActingUser | undefined, users: readonly User[]): Promise<ReadonlyMap<string, Sight>> {
    if (viewer === undefined) return new Map(users.map(({ user_id }) => [user_id, 'all']));
    const others = users.map(({ user_id }) => user_id).filter((id) => id !== viewer.userId);
    const edges = others.length === 0 || isStaff(viewer) ? [] : await this.#edges(tenant, viewer.userId, others);
    return new Map(users.map((user) => [user.user_id, sightOf(user, viewer, edges)]));
  }

  #edges(tenant: TenantContext, viewerId: string, others: readonly string[]): Promise<UserRelationship[]> {
    const types = op.in(['blocked', 'contact', 'friend'] as const);
    return this.#mongo
      .forTenant(tenant)
      .repository(userRelationships)
      .findMany(
        op.or<UserRelationship>(
          { user_id: viewerId, target_user_id: op.in(others), type: types },
          { user_id: op.in(others), target_user_id: viewerId, type: types },
        ),
        { limit: others.length * 6 },
      );
  }
}

export function isStaff({ roles }: ActingUser): boolean {
  return roles.includes('admin') || roles.includes('moderator');
}

function sightOf({ user_id: id, settings }: User, viewer: ActingUser, edges: readonly UserRelationship[]): Sight {
  if (id === viewer.userId) return 'all';
  if (isStaff(viewer)) return 'profile';
  const between = edges.filter(({ user_id, target_user_id }) => user_id === id || target_user_id === id);
  if (between.some(({ type }) => type === 'blocked')) return 'name';
  if (settings.privacy.profile_visibility === 'public') return 'profile';
  const isContact = between.some(
    ({ user_id, type, status }) => user_id === id && (type === 'contact' || (type === 'friend' && status === 'accepted')),
  );
  return settings.privacy.profile_visibility === 'contacts' && isContact ? 'profile' : 'name';
}
