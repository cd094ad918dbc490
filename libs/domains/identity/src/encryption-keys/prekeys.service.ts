import { type Mongo, op } from '@caas/data-access-mongo';
import { type Clock, ConflictError, type TenantContext, ValidationError } from '@caas/runtime';
import { type Prekey, prekeyBundles } from './prekey-bundles.collection.js';

/** Keys in one upload, and stored for one device. */
export const PREKEYS_PER_UPLOAD_MAX = 100;
export const PREKEYS_STORED_MAX = 200;

const TTL_MS = 90 * 86_400_000;

/** A device of a user. */
export interface KeyOwner {
  readonly userId: string;
  readonly deviceId: string;
}

/** One-time prekeys: stored once, handed out once. */
export class PrekeysService {
  readonly #mongo: Mongo;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#clock = options.clock;
  }

  /**
   * Stores keys of a device and resolves with how many were new; a key id that is stored already stays as it is. Throws `ValidationError` for more
   * than 100 at once and `ConflictError` when the device would have more than 200.
   */
  async upload(tenant: TenantContext, owner: KeyOwner, keys: readonly Pick<Prekey, 'key_id' | 'public_key'>[]): Promise<number> {
    if (keys.length > PREKEYS_PER_UPLOAD_MAX) {
      throw new ValidationError([{ field: '/keys', code: 'max_items', message: `must have at most ${PREKEYS_PER_UPLOAD_MAX} keys` }]);
    }
    const stored = await this.count(tenant, owner);
    if (stored + keys.length > PREKEYS_STORED_MAX) {
      throw new ConflictError(`A device has at most ${PREKEYS_STORED_MAX} one-time prekeys.`, {
        details: { limit: PREKEYS_STORED_MAX, stored },
      });
    }
    const expires_at = new Date(this.#clock.now() + TTL_MS);
    const rows = keys.map((key) => ({ user_id: owner.userId, device_id: owner.deviceId, ...key, expires_at }));
    const { inserted } = await this.#repository(tenant).insertMany(rows);
    return inserted.length;
  }

  /** Takes the next key of a device, in the order of key ids: found and deleted in one step, so nobody else ever gets it. `undefined` when none is left. */
  consume(tenant: TenantContext, owner: KeyOwner): Promise<Prekey | undefined> {
    return this.#repository(tenant).findOneAndDelete(this.#usable(owner), { sort: { key_id: 1 } });
  }

  /** How many keys of a device are left. */
  count(tenant: TenantContext, owner: KeyOwner): Promise<number> {
    return this.#repository(tenant).count(this.#usable(owner), { readFrom: 'primary' });
  }

  #usable({ userId, deviceId }: KeyOwner) {
    return { user_id: userId, device_id: deviceId, expires_at: op.gt(new Date(this.#clock.now())) };
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(prekeyBundles);
  }
}
