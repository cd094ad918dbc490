import { type Services } from '@caas/composition';
import { InternalError } from '@caas/runtime';
import { SettingsService } from '@caas/tenancy';
import { ApiKeyAuthenticator } from '../api-keys/api-key-authenticator.js';
import { ApplicationDirectory } from '../applications/application-directory.js';
import { RevocationList } from '../revocations/revocation-list.js';
import { AccessTokenIssuer } from '../tokens/access-token.js';
import { AccessTokenVerifier } from '../tokens/access-token-verifier.js';
import { UserTokens } from '../tokens/user-tokens.js';
import { UserDevicesService } from '../user-devices/user-devices.service.js';
import { RefreshTokens } from '../user-sessions/refresh-token.js';
import { SessionStates } from '../user-sessions/session-states.js';
import { UserSessionsService } from '../user-sessions/user-sessions.service.js';
import { ActingUserDirectory } from '../users/acting-user-directory.js';
import { UserAnnouncer } from '../users/user-announcer.js';
import { UsersService } from '../users/users.service.js';
import { AuthAudit } from './auth-audit.js';
import { RefreshService } from './refresh.service.js';
import { SessionTokensService } from './session-tokens.js';
import { SessionsEnd } from './sessions-end.js';
import { SignInDevices } from './sign-in-devices.js';
import { SignInService } from './sign-in.js';
import { SignInUsers } from './sign-in-users.js';

/** What ends sessions and tokens in a process, and what that needs. Throws `InternalError` where the process has no settings of tokens. */
export function sessionEnding(services: Services) {
  const { mongo, redis, clock, secrets, tokens: material } = services;
  if (material === undefined) throw new InternalError('This process has no keys of access tokens.');
  const refreshTokens = new RefreshTokens(secrets.refreshTokenKeys);
  const sessions = new UserSessionsService({ mongo, clock, states: new SessionStates({ mongo, redis }), tokens: refreshTokens });
  const revocations = new RevocationList({ mongo, redis, clock });
  const audit = new AuthAudit(services.auditTrail);
  const end = new SessionsEnd({ settings: material.settings, sessions, revocations, audit, clock });
  return { material, refreshTokens, sessions, revocations, audit, end };
}

/** Everything around signing in and out. */
export function authServices(services: Services) {
  const { mongo, redis, clock, secrets, outbox, quotas, tenants, logger } = services;
  const { material, ...ending } = sessionEnding(services);
  const settings = new SettingsService({ mongo, redis, outbox, clock, logger, box: secrets.box });
  const users = new UsersService({ mongo, quotas, announcer: new UserAnnouncer({ outbox, settings, clock }) });
  const devices = new UserDevicesService({ mongo, outbox, clock });
  const actingUsers = new ActingUserDirectory({ users, redis });
  const applications = new ApplicationDirectory({ mongo, redis });
  const keyParts = { mongo, redis, clock, peppers: secrets.apiKeyPeppers };
  const common = { ...ending, applications, tenants, actingUsers, settings: material.settings, clock, now: () => clock.now() };
  const tokens = new SessionTokensService({ ...common, issuer: new AccessTokenIssuer({ material, clock }) });
  const signIn = new SignInService({
    ...{ ...common, tokens, users: new SignInUsers(users), devices: new SignInDevices({ devices, settings }) },
    keys: new ApiKeyAuthenticator(keyParts),
    userTokens: new UserTokens({ ...common, users }),
  });
  const refresh = new RefreshService({ ...common, tokens, users });
  return { ...ending, signIn, refresh, devices, settings, users, verifier: new AccessTokenVerifier({ material, clock }) };
}
