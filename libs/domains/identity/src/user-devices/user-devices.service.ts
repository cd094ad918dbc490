import { type Mongo, type NewDocumentOf, type Page } from '@caas/data-access-mongo';
import { announcing, type Outbox } from '@caas/composition';
import { type Clock, ConflictError, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { type PayloadOf } from '@caas/messaging-kafka';
import { ACTIVE_DEVICES_MAX, type UserDevice, userDevices } from './user-devices.collection.js';
import { deviceRegistered, deviceRemoved } from './user-devices.events.js';
import { prekeyBundles } from '../encryption-keys/prekey-bundles.collection.js';

/** Where pushes go. The token is sealed by whoever calls; its hash tells whether another device has it. */
export type DevicePush = Pick<UserDevice['push'], 'provider' | 'token' | 'keys' | 'token_hash'>;

export interface NewDevice {
  readonly userId: string;
  /** A new one unless given. */
  readonly deviceId?: string;
  readonly info: UserDevice['device_info'];
  readonly push: DevicePush;
  readonly ip: string | null;
  /** The tenant's own limit; {@link ACTIVE_DEVICES_MAX} at most and unless given. */
  readonly activeMax?: number;
}

const PREKEY_LOW_THRESHOLD = 20;

/** Registered devices of users. */
export class UserDevicesService {
  readonly #mongo: Mongo;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; outbox: Outbox; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#outbox = options.outbox;
    this.#clock = options.clock;
  }

  /**
   * Registers a device, or takes one back that its user removed. A push token that another device has moves here. Throws `ConflictError`
   * `USER_DEVICE_LIMIT` when the user has as many active devices as allowed, and `RES_CONFLICT` when the id is somebody else's. The limit holds among registrations at once: each inserts first and then looks whether it is among the oldest.
   */
  async register(tenant: TenantContext, added: NewDevice): Promise<UserDevice> {
    const { push, deviceId = newId('dev') } = added;
    await this.#forgetRemoved(tenant, deviceId, added);
    const now = this.#clock.now();
    const device = await this.#outbox.commit({
      events: [announcing({ event: deviceRegistered, tenant, timestamp: now, payload: registeredFacts(deviceId, added, now) })],
      proof: { collection: userDevices.name, tenantId: tenant.tenantId, id: deviceId, version: 0 },
      // The limit is held by looking at what others have inserted.
      inSteps: true,
      write: () => this.#insert(tenant, deviceId, added),
    });
    return push.token_hash === null ? device : this.setPush(tenant, deviceId, push);
  }

  async #insert(tenant: TenantContext, device_id: string, { userId, info, push, ip, activeMax }: NewDevice): Promise<UserDevice> {
    const repository = this.#repository(tenant);
    const limit = Math.min(activeMax ?? ACTIVE_DEVICES_MAX, ACTIVE_DEVICES_MAX);
    const now = new Date(this.#clock.now());
    const device = await repository.insert({
      ...deviceRow(now, ip),
      device_id,
      user_id: userId,
      device_info: info,
      push: withoutToken(push),
    });
    const active = await repository.findMany(
      { user_id: userId, status: 'active' },
      { sort: { created_at: 1, device_id: 1 }, limit: limit + 1, readFrom: 'primary' },
    );
    if (active.length > limit && !active.slice(0, limit).some(({ device_id }) => device_id === device.device_id)) {
      await repository.delete(device.device_id);
      throw new ConflictError(`A user has at most ${limit} active devices.`, { code: 'USER_DEVICE_LIMIT', details: { limit } });
    }
    return device;
  }

  /** The row of a device that its user removed makes room for the same device again. */
  async #forgetRemoved(tenant: TenantContext, deviceId: string, { deviceId: given, userId }: NewDevice): Promise<void> {
    if (given === undefined) return;
    await this.#repository(tenant).deleteMany({ device_id: deviceId, user_id: userId, status: 'revoked' });
  }

  /** The device, if it is active, and of the user where one is given. */
  findActive(tenant: TenantContext, deviceId: string, userId: string | undefined): Promise<UserDevice | undefined> {
    const owner = userId === undefined ? {} : { user_id: userId };
    return this.#repository(tenant).findOne({ device_id: deviceId, status: 'active', ...owner }, { readFrom: 'primary' });
  }

  /** Changes what is said of a device; what is left out stays. Throws `NotFoundError` for an unknown one. */
  change(
    tenant: TenantContext,
    deviceId: string,
    { info, trusted }: { info?: UserDevice['device_info'] | undefined; trusted?: boolean | undefined },
  ): Promise<UserDevice> {
    const now = new Date(this.#clock.now());
    const set = {
      ...(info !== undefined && { device_info: info }),
      ...(trusted !== undefined && { trusted_at: trusted ? now : null }),
      'activity.last_active_at': now,
    };
    return this.#repository(tenant).update(deviceId, { set });
  }

  /** The active devices of a user, latest first. */
  list(
    tenant: TenantContext,
    { userId, limit, cursor }: { userId: string; limit: number; cursor?: string | undefined },
  ): Promise<Page<UserDevice>> {
    return this.#repository(tenant).page({ user_id: userId, status: 'active' }, { sort: { device_id: -1 }, limit, cursor });
  }

  /** Gives a device its push token, and takes it from whichever device had it. Throws `NotFoundError` for an unknown device. */
  async setPush(tenant: TenantContext, deviceId: string, push: DevicePush): Promise<UserDevice> {
    const now = new Date(this.#clock.now());
    const present = { ...push, enabled: push.token !== null, last_refreshed_at: now, failed_attempts: 0, last_failure_reason: null };
    return this.#mongo.withTransaction(async () => {
      const repository = this.#repository(tenant);
      if (push.token_hash !== null) {
        const former = await repository.findOne({ 'push.token_hash': push.token_hash }, { readFrom: 'primary' });
        if (former !== undefined && former.device_id !== deviceId) {
          await repository.update(former.device_id, { set: { push: withoutToken(former.push) } });
        }
      }
      return repository.update(deviceId, { set: { push: present } });
    });
  }

  /** Revokes a device: its push token and its one-time prekeys are gone, its row goes 30 days later. Resolves with false when it was revoked already. */
  async revoke(tenant: TenantContext, deviceId: string, { by, reason }: { by: string; reason?: string }): Promise<boolean> {
    const repository = this.#repository(tenant);
    const { user_id, status, push, __v: version } = await repository.get(deviceId, { readFrom: 'primary' });
    if (status === 'revoked') return false;
    const now = this.#clock.now();
    const payload = { user_id, device_id: deviceId, removed_at: now, removed_by: by, ...(reason !== undefined && { reason }) };
    return this.#outbox.commit({
      events: [announcing({ event: deviceRemoved, tenant, timestamp: now, payload })],
      proof: { collection: userDevices.name, tenantId: tenant.tenantId, id: deviceId, version: version + 1 },
      write: async () => {
        const set = { status: 'revoked', revoked_at: new Date(now), trusted_at: null, push: withoutToken(push) } as const;
        await repository.update(deviceId, { set }, { expectedVersion: version });
        await this.#mongo.forTenant(tenant).repository(prekeyBundles).deleteMany({ user_id, device_id: deviceId });
        return true;
      },
    });
  }

  /** The active devices of a user, oldest first. */
  listActive(tenant: TenantContext, userId: string): Promise<UserDevice[]> {
    return this.#repository(tenant).findMany({ user_id: userId, status: 'active' }, { sort: { created_at: 1 }, limit: ACTIVE_DEVICES_MAX });
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(userDevices);
  }
}

function registeredFacts(
  device_id: string,
  { userId: user_id, info, push }: NewDevice,
  registered_at: number,
): PayloadOf<typeof deviceRegistered> {
  const { type: device_type, platform, os_version, app_version, browser, browser_version } = info;
  const known = Object.entries({ os_version, app_version, browser, browser_version }).filter(([, value]) => value !== null);
  const device = { device_id, device_type, platform, ...(Object.fromEntries(known) as Record<string, string>) };
  return { user_id, device, registered_at, has_push_token: push.token_hash !== null };
}

function withoutToken({ provider }: Pick<DevicePush, 'provider'>): UserDevice['push'] {
  return {
    enabled: false,
    provider,
    token: null,
    keys: null,
    token_hash: null,
    last_refreshed_at: null,
    failed_attempts: 0,
    last_failure_reason: null,
  };
}

function deviceRow(now: Date, ip: string | null): Omit<NewDocumentOf<typeof userDevices>, 'user_id' | 'device_info' | 'push'> {
  return {
    encryption: { registered: false, identity_key_id: null, prekey_low_threshold: PREKEY_LOW_THRESHOLD },
    activity: {
      first_seen_at: now,
      last_active_at: now,
      total_sessions: 0,
      total_messages_sent: 0,
      last_ip: ip,
      last_location: null,
    },
    status: 'active',
    trusted_at: null,
    revoked_at: null,
    security: { is_suspicious: false, suspicious_reason: null, verification_required: false, blocked_until: null },
  };
}
