import { type Principal } from '@caas/runtime';
import { type TokenActor } from './access-token.js';
import { type VerifiedToken } from './access-token-verifier.js';

/**
 * Finds out whom a verified token stands for, and whether it still holds. Asked at most once a second for each token, so that a revocation, a role or a flag
 * counts within that time. Throws what the caller is told; rejects with anything else when no store answers.
 */
export interface TokenHolders {
  principalOf(token: VerifiedToken): Promise<Principal>;
}

/** Who answers for the tokens of which actor. */
export type TokenHoldersByActor = Readonly<Partial<Record<TokenActor, TokenHolders>>>;
