/** The seeds of identity, and what other seeds say about its users. Not for what ships: loads the generator of names. */
import { apiKeysSeed } from './api-keys.seed.js';
import { applicationsSeed } from './applications.seed.js';
import { prekeysSeed, userKeysSeed } from './encryption-keys.seed.js';
import { ownershipsSeed, ownersSeed } from './owners.seed.js';
import { userDevicesSeed } from './user-devices.seed.js';
import { userRelationshipsSeed } from './user-relationships.seed.js';
import { userSessionsSeed } from './user-sessions.seed.js';
import { usersSeed } from './users.seed.js';

export { type SeededKey, seededKeys } from './api-keys.seed.js';
export { type CastMember, castOf, snapshotOf } from './cast.js';
export default [
  ...[applicationsSeed, apiKeysSeed, ownersSeed, ownershipsSeed],
  ...[usersSeed, userDevicesSeed, userSessionsSeed, userRelationshipsSeed, userKeysSeed, prekeysSeed],
];
