/**
 * identity → tenancy → composition → data-access-mongo, gateway-middleware → runtime → schema
 *
 * Who is who inside a tenant: applications, API keys and users.
 *
 * - *API key*: credential of a tenant's server; shown once, kept as an HMAC.
 * - *acting user*: the user on whose behalf a server key calls (`X-Act-As-User`).
 */
export { identityModule } from './identity.module.js';
export { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
export { type ApiKey } from './api-keys/api-keys.collection.js';
export { ApiKeysService, type NewApiKey } from './api-keys/api-keys.service.js';
export { defaultApplicationId } from './applications/default-application.step.js';
export { ActingUserDirectory } from './users/acting-user-directory.js';
export { type User } from './users/users.collection.js';
export { UsersService } from './users/users.service.js';
