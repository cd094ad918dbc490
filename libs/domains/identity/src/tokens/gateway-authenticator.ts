import { type Services } from '@caas/composition';
import { type ActingUserResolver, type Authenticator, InternalError } from '@caas/runtime';
import { type ApiKeyAuthenticator } from '../api-keys/api-key-authenticator.js';
import { ApplicationDirectory } from '../applications/application-directory.js';
import { RevocationList } from '../revocations/revocation-list.js';
import { SessionStates } from '../user-sessions/session-states.js';
import { UserReader } from '../users/user-reader.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { CredentialAuthenticator } from './credential-authenticator.js';
import { AccessTokens, TokenAuthenticator } from './token-authenticator.js';
import { type TokenHoldersByActor } from './token-holders.js';
import { UserTokenHolders } from './user-token-holders.js';
import { UserTokens } from './user-tokens.js';

export interface GatewayAuthenticatorOptions {
  readonly keys: Pick<ApiKeyAuthenticator, 'authenticate'>;
  readonly actingUsers: ActingUserResolver;
  /** Who answers for the tokens of others than users. */
  readonly holders?: Omit<TokenHoldersByActor, 'user'>;
}

/** The authenticator of a process that takes every kind of credential. Throws `InternalError` where the process has no keys of tokens. */
export function gatewayAuthenticator(services: Services, { keys, actingUsers, holders = {} }: GatewayAuthenticatorOptions): Authenticator {
  const { mongo, redis, tenants, clock, tokens: material } = services;
  if (material === undefined) throw new InternalError('This process has no keys of access tokens.');
  const { settings } = material;
  const parts = {
    ...{ settings, tenants, clock, actingUsers },
    applications: new ApplicationDirectory({ mongo, redis }),
    revocations: new RevocationList({ mongo, redis, clock }),
    users: new UserReader({ mongo }),
  };
  const users = new UserTokenHolders({ ...parts, sessions: new SessionStates({ mongo, redis }) });
  const accessTokens = new AccessTokens(new AccessTokenVerifier({ material, clock }), { ...holders, user: users });
  return new CredentialAuthenticator({
    keys,
    tokens: new TokenAuthenticator(accessTokens, { settings, clock }),
    userTokens: new TokenAuthenticator(new UserTokens(parts), { settings, clock }),
  });
}
