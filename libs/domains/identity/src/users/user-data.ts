import { type UserData } from '@caas/composition';
import { type Mongo, type TenantCollection } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { type JsonObject } from '@caas/schema';
import { exportedRows } from '@caas/tenancy';
import { prekeyBundles } from '../encryption-keys/prekey-bundles.collection.js';
import { userKeys } from '../encryption-keys/user-keys.collection.js';
import { userRelationships } from '../relationships/user-relationships.collection.js';
import { userDevices } from '../user-devices/user-devices.collection.js';
import { userSessions } from '../user-sessions/user-sessions.collection.js';
import { users } from './users.collection.js';

/** What refers to users, before the users. */
const OWN: readonly TenantCollection[] = [userSessions, userDevices, prekeyBundles, userKeys, userRelationships, users];

/** Users with their devices, sessions, public keys and relationships. */
export class IdentityUserData implements UserData {
  readonly name = 'identity';
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  async *export(tenant: TenantContext, userId: string): AsyncGenerator<JsonObject> {
    const scope = this.#mongo.forTenant(tenant);
    for (const definition of OWN.toReversed()) {
      yield* exportedRows({ definition, repository: scope.repository(definition) }, { user_id: userId });
    }
  }

  async erase(tenant: TenantContext, userId: string): Promise<void> {
    const scope = this.#mongo.operateOnTenant(tenant);
    await scope.repository(userRelationships).purge({ target_user_id: userId });
    for (const definition of OWN) await scope.repository(definition).purge({ user_id: userId });
  }
}
