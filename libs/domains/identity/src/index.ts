/**
 * identity → tenancy → composition → data-access-mongo, gateway-middleware → runtime → schema
 *
 * Who is who inside a tenant: applications, API keys and users.
 *
 * - *API key*: credential of a tenant's server; shown once, kept as an HMAC.
 * - *access token*: a signed statement of ours who the caller is, for minutes; *refresh token*: gets the next one, once; *session*: what both belong to.
 * - *acting user*: the user on whose behalf a server key calls (`X-Act-As-User`).
 */
export { identityModule } from './identity.module.js';
export { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
export { ApplicationPolicyDirectory } from './applications/application-policy-directory.js';
export { MongoIdempotencyStore } from './idempotency/mongo-idempotency-store.js';
export { type AccessTokenClaims, AccessTokenIssuer, type IssuedToken, type TokenActor, type TokenTerms } from './tokens/access-token.js';
export { refused as refusedToken, type VerifiedToken } from './tokens/access-token-verifier.js';
export { type TokenHolders, type TokenHoldersByActor } from './tokens/token-holders.js';
export { type NewRevocation, RevocationList } from './revocations/revocation-list.js';
export { ApplicationDirectory, environmentOf, type KnownApplication } from './applications/application-directory.js';
export { gatewayAuthenticator } from './tokens/gateway-authenticator.js';
export { STAFF_ROLES, type StaffRole } from './admins/admin-token-holders.js';
export { consoleHolders } from './admins/console-holders.js';
export { StaffSignIn, type StaffSignInOptions } from './admins/staff-sign-in.js';
export { KeyRule } from './api-keys/key-rule.js';
export { KeyUsage } from './api-keys/key-usage.js';
export { forgetKeys } from './api-keys/forget-keys.js';
export { type ApiKey } from './api-keys/api-keys.collection.js';
export { ApiKeysService, type KeyCaller } from './api-keys/api-keys.service.js';
export { aKeyWith, type NewApiKey } from './api-keys/api-key-input.js';
export { requireApplication } from './applications/application-reference.js';
export { defaultApplicationId } from './applications/default-application.step.js';
export { toActingUser } from './users/acting-user.js';
export { ActingUserDirectory } from './users/acting-user-directory.js';
export { presence, presenceStatus, userOffline, userOnline, userStatusChanged } from './presence/presence.events.js';
export { PrekeysService } from './encryption-keys/prekeys.service.js';
export { type Prekey } from './encryption-keys/prekey-bundles.collection.js';
export { type UserKeys } from './encryption-keys/user-keys.collection.js';
export { RelationshipsService } from './relationships/relationships.service.js';
export { type UserRelationship } from './relationships/user-relationships.collection.js';
export { type DevicePush, type NewDevice, UserDevicesService } from './user-devices/user-devices.service.js';
export { DEVICE_EVENTS, deviceRegistered, deviceRemoved } from './user-devices/user-devices.events.js';
export { type UserDevice } from './user-devices/user-devices.collection.js';
export { sessionEnding } from './auth/auth-services.js';
export { type EndedBy, SessionsEnd } from './auth/sessions-end.js';
export { type IssuedSession, type NewSession, UserSessionsService } from './user-sessions/user-sessions.service.js';
export { type UserSession } from './user-sessions/user-sessions.collection.js';
export { type Ban, UserAccountsService } from './users/user-accounts.service.js';
export { USER_PATH_FORM, userIdOfPath } from './users/user-path.js';
export { actor, userSnapshot } from './users/user-snapshot.js';
export { USER_EVENTS, userCreated, userDeleted, userUpdated } from './users/users.events.js';
export { type User } from './users/users.collection.js';
export { UserLists } from './users/user-lists.js';
export { UserReader } from './users/user-reader.js';
export { UserSight } from './users/user-sight.js';
export { toUserResource, userResource, type UserResource } from './users/users.resource.js';
export { UserAnnouncer } from './users/user-announcer.js';
export { type ChangeOrigin, originOf } from './change-origin.js';
export { UsersService } from './users/users.service.js';
