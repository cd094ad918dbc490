import { type Services } from '@caas/composition';
import { InternalError } from '@caas/runtime';
import { RevocationList } from '../revocations/revocation-list.js';
import { type TokenHoldersByActor } from '../tokens/token-holders.js';
import { AdminMemberships } from './admin-memberships.js';
import { AdminTokenHolders, StaffTokenHolders } from './admin-token-holders.js';

/** Who answers for the tokens of people at consoles and of staff. Throws `InternalError` where the process has no keys of tokens. */
export function consoleHolders(services: Services, { needsMfa }: { readonly needsMfa: boolean }): Omit<TokenHoldersByActor, 'user'> {
  const { mongo, redis, clock, tenants, tokens } = services;
  if (tokens === undefined) throw new InternalError('This process has no keys of access tokens.');
  const parts = { settings: tokens.settings, tenants, needsMfa, revocations: new RevocationList({ mongo, redis, clock }) };
  return {
    admin: new AdminTokenHolders({ ...parts, memberships: new AdminMemberships({ mongo, redis }) }),
    platform: new StaffTokenHolders(parts),
  };
}
