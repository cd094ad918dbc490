import { type Clock, type TenantContext } from '@caas/runtime';
import { type RevocationList } from '../revocations/revocation-list.js';
import { type UserSessionsService } from '../user-sessions/user-sessions.service.js';
import { type ActingUserDirectory } from './acting-user-directory.js';
import { type User } from './users.collection.js';

/** Beyond the life of every access token. */
const TOKENS_LIVE_MS = 30 * 86_400_000;

/** Takes away what a user can still call with, once they are banned or gone: tokens, sessions, and what processes remember of them. */
export class UserLockout {
  readonly #sessions: Pick<UserSessionsService, 'revokeAll'>;
  readonly #revocations: Pick<RevocationList, 'revoke'>;
  readonly #actingUsers: Pick<ActingUserDirectory, 'forget'>;
  readonly #clock: Clock;

  constructor(options: {
    sessions: Pick<UserSessionsService, 'revokeAll'>;
    revocations: Pick<RevocationList, 'revoke'>;
    actingUsers: Pick<ActingUserDirectory, 'forget'>;
    clock: Clock;
  }) {
    this.#sessions = options.sessions;
    this.#revocations = options.revocations;
    this.#actingUsers = options.actingUsers;
    this.#clock = options.clock;
  }

  /** Every token that was issued up to now is dead, in every process, and stays so when the user is let in again. Repeatable. */
  async lockOut(
    tenant: TenantContext,
    user: Pick<User, 'user_id' | 'external_id'>,
    { by, reason }: { by: string; reason: 'user_banned' | 'user_deleted' },
  ): Promise<void> {
    const until = new Date(this.#clock.now() + TOKENS_LIVE_MS);
    await this.forget(tenant, user);
    await Promise.all([
      this.#revocations.revoke({ kind: 'user', id: user.user_id, tenantId: tenant.tenantId, reason: 'admin_action', by, until }),
      this.#sessions.revokeAll(tenant, user.user_id, { by: 'admin', reason }),
    ]);
  }

  /** Processes look at the user anew. */
  forget(tenant: TenantContext, user: Pick<User, 'user_id' | 'external_id'>): Promise<void> {
    return this.#actingUsers.forget(tenant, user);
  }
}
