import { AuthorizationError, type TenantContext } from '@caas/runtime';
import { refused } from '../tokens/access-token-verifier.js';
import { type User } from '../users/users.collection.js';
import { type UsersService } from '../users/users.service.js';

const DISPLAY_NAME_MAX = 100;

/** Who signs in, as their app describes them. */
export interface SigningInUser {
  readonly externalId: string;
  readonly metadata: { readonly display_name?: string | undefined; readonly avatar_url?: string | undefined };
  readonly by: string;
  readonly applicationId: string;
}

/** Users at the moment of signing in: made when they come for the first time, brought up to date when their app says something new. */
export class SignInUsers {
  readonly #users: Pick<UsersService, 'findByExternalId' | 'upsertByExternalId'>;

  constructor(users: Pick<UsersService, 'findByExternalId' | 'upsertByExternalId'>) {
    this.#users = users;
  }

  /** Throws `AUTH_USER_BANNED`, `AUTH_USER_DELETED` for one who is not active, and `QuotaExceededError` when the plan allows no more users. */
  async signingIn(tenant: TenantContext, { externalId, metadata, by, applicationId }: SigningInUser): Promise<User> {
    const known = await this.#users.findByExternalId(tenant, externalId);
    if (known !== undefined) requireActive(known);
    if (known !== undefined && !saysNews(known, metadata)) return known;
    const { display_name = known?.profile.display_name ?? [...externalId].slice(0, DISPLAY_NAME_MAX).join(''), avatar_url } = metadata;
    const input = { external_id: externalId, display_name, ...(avatar_url !== undefined && { avatar_url }) };
    const { user } = await this.#users.upsertByExternalId(tenant, input, { by, applicationId });
    requireActive(user);
    return user;
  }
}

function saysNews({ profile }: User, { display_name, avatar_url }: SigningInUser['metadata']): boolean {
  return (
    (display_name !== undefined && display_name !== profile.display_name) || (avatar_url !== undefined && avatar_url !== profile.avatar_url)
  );
}

function requireActive({ status }: User): void {
  if (status === 'banned') throw new AuthorizationError('AUTH_USER_BANNED', 'The user is banned.');
  if (status !== 'active') throw refused('AUTH_USER_DELETED');
}
