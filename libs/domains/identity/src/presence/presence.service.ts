import { type Mongo, op } from '@caas/data-access-mongo';
import { type Producer } from '@caas/messaging-kafka';
import { type ActingUser, type Clock, type Logger, NotFoundError, type TenantContext } from '@caas/runtime';
import { userSessions } from '../user-sessions/user-sessions.collection.js';
import { type User, users } from '../users/users.collection.js';
import { type UserSight } from '../users/user-sight.js';
import { type PresenceResource, toPresence } from '../users/users.resource.js';
import { type presence, userOffline, userStatusChanged } from './presence.events.js';

/** Presence that was changed over HTTP comes from no device. */
const API_DEVICE = { device_id: 'api', device_type: 'api', platform: 'api' } as const;

export interface NewPresence {
  readonly state: User['presence']['state'];
  readonly message: string | null;
  readonly emoji: string | null;
  /** When message and emoji clear themselves. */
  readonly expiresAt: Date | null;
}

export interface PresenceParts {
  readonly mongo: Mongo;
  readonly sight: UserSight;
  readonly events: Pick<Producer<typeof presence>, 'send'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What users say of their availability, and what others are shown of it. */
export class PresenceService {
  readonly #parts: PresenceParts;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** Keeps what a user says, and tells of it, best effort: a change that nobody hears of is seen by whoever asks. */
  async set(
    tenant: TenantContext,
    user: Pick<ActingUser, 'userId'>,
    { state, message, emoji, expiresAt }: NewPresence,
  ): Promise<PresenceResource> {
    const { mongo, clock } = this.#parts;
    const now = clock.now();
    const at = new Date(now);
    const repository = mongo.forTenant(tenant).repository(users);
    const before = await repository.findOneAndUpdate(
      { user_id: user.userId },
      {
        set: {
          'presence.state': state,
          'presence.message': message,
          'presence.emoji': emoji,
          'presence.expires_at': expiresAt,
          'presence.last_active_at': at,
          'presence.last_seen': at,
          'presence.last_changed_at': at,
        },
      },
      { returnBefore: true },
    );
    if (before === undefined) throw new NotFoundError();
    const said = { state, message, emoji, expires_at: expiresAt, last_active_at: at, last_seen: at, last_changed_at: at };
    this.#tell(tenant, before, { ...before.presence, ...said });
    return toPresence({ ...before, presence: { ...before.presence, ...said } }, { sight: 'all', now });
  }

  /**
   * Somebody signed out: without another session they are offline, which is told, best effort. Never rejects: who signed out has done so whatever becomes of
   * their presence.
   */
  async signedOut(tenant: TenantContext, userId: string): Promise<void> {
    const { mongo, clock, logger } = this.#parts;
    const scope = mongo.forTenant(tenant);
    const at = new Date(clock.now());
    try {
      const alive = { user_id: userId, status: 'active', expires_at: op.gt(at) } as const;
      if (await scope.repository(userSessions).exists(alive, { readFrom: 'primary' })) return;
      const before = await scope
        .repository(users)
        .findOneAndUpdate(
          { user_id: userId, 'presence.state': op.ne('offline') },
          { set: { 'presence.state': 'offline', 'presence.last_seen': at, 'presence.last_changed_at': at } },
          { returnBefore: true },
        );
      if (before !== undefined) await this.#tellGone(tenant, before);
    } catch (error) {
      logger.warn({ err: error }, 'the presence of somebody who signed out was not changed or not told');
    }
  }

  /** What a viewer is shown of users; of those who do not exist nothing. */
  async of(tenant: TenantContext, viewer: ActingUser | undefined, userIds: readonly string[]): Promise<Record<string, PresenceResource>> {
    const { mongo, sight, clock } = this.#parts;
    const found = await mongo
      .forTenant(tenant)
      .repository(users)
      .findMany({ user_id: op.in(userIds) }, { limit: userIds.length });
    const seen = await sight.of(tenant, viewer, found);
    const now = clock.now();
    // A server sees what others do: who is invisible is so for everybody's app.
    const sightOf = (user: User) => {
      const all = seen.get(user.user_id) ?? 'name';
      return all === 'all' && user.user_id !== viewer?.userId ? 'profile' : all;
    };
    return Object.fromEntries(found.map((user) => [user.user_id, toPresence(user, { sight: sightOf(user), now })]));
  }

  async #tellGone(tenant: TenantContext, { user_id, presence: before }: User): Promise<void> {
    const { events, clock } = this.#parts;
    const now = clock.now();
    const since = before.last_active_at?.getTime() ?? now;
    const times = { came_online_at: since, last_seen: now, went_offline_at: now, last_activity: since };
    const payload = { user_id, status: { status: 'offline' as const }, device: API_DEVICE, ...times };
    await events.send({ tenant, event: userOffline, payload });
  }

  #tell(tenant: TenantContext, { user_id, presence: before }: User, after: User['presence']): void {
    const { events, clock, logger } = this.#parts;
    const now = clock.now();
    const payload = {
      user_id,
      status: statusOf(after),
      old_status: statusOf(before),
      device: API_DEVICE,
      came_online_at: before.last_active_at?.getTime() ?? now,
      last_seen: now,
      changed_at: now,
      ...(after.expires_at !== null && { expires_at: after.expires_at.getTime() }),
    };
    events
      .send({ tenant, event: userStatusChanged, payload })
      .catch((error: unknown) => logger.debug({ err: error }, 'change of presence lost'));
  }
}

/** As events say it; there `dnd` is called busy. */
function statusOf({ state, message, emoji, expires_at }: User['presence']) {
  return {
    status: state === 'dnd' ? ('busy' as const) : state,
    ...(message !== null && { text: message }),
    ...(emoji !== null && { emoji: emoji.slice(0, 32) }),
    ...(expires_at !== null && { expires_at: expires_at.getTime() }),
  };
}
