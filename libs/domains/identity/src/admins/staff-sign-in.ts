import { type Services } from '@caas/composition';
import { type Principal, type TokenMaterial } from '@caas/runtime';
import { RevocationList } from '../revocations/revocation-list.js';
import { AccessTokenVerifier, refused, type VerifiedToken } from '../tokens/access-token-verifier.js';
import { STAFF_ROLES, StaffTokenHolders } from './admin-token-holders.js';

export interface StaffSignInOptions extends Pick<Services, 'mongo' | 'redis' | 'clock'> {
  readonly tokens: TokenMaterial;
  /** Whether a second factor is required: in production. */
  readonly needsMfa: boolean;
}

/** Lets staff in by their tokens where they stay for longer than one request: at the console of the platform. Every role of staff is taken. */
export class StaffSignIn {
  readonly #verifier: AccessTokenVerifier;
  readonly #holders: StaffTokenHolders;

  constructor({ mongo, redis, clock, tokens, needsMfa }: StaffSignInOptions) {
    this.#verifier = new AccessTokenVerifier({ material: tokens, clock });
    const revocations = new RevocationList({ mongo, redis, clock });
    this.#holders = new StaffTokenHolders({ settings: tokens.settings, revocations, needsMfa, roles: STAFF_ROLES });
  }

  /** The token, if it is one of staff and holds. Rejects as {@link principalOf} does, and for a text that is no token of ours. */
  async verify(text: string): Promise<VerifiedToken> {
    const token = await this.#verifier.verify(text);
    if (token.claims.actor !== 'platform') throw refused('AUTH_TOKEN_CLAIMS');
    await this.principalOf(token);
    return token;
  }

  /**
   * Whom the token stands for now: asked again with every request, so that a revocation counts within a second. Rejects with an `AuthenticationError`, and with
   * any other error when no store answers.
   */
  principalOf(token: VerifiedToken): Promise<Principal> {
    return this.#holders.principalOf(token);
  }
}
