import { type TenantContext } from '@caas/runtime';
import { idOf, text, z } from '@caas/schema';
import { type SettingsService } from '@caas/tenancy';
import { DEVICE_PLATFORMS, DEVICE_TYPES } from '../user-devices/user-devices.collection.js';
import { deviceInfoOf } from '../user-devices/device-info.js';
import { type UserDevicesService } from '../user-devices/user-devices.service.js';

/** The device from which somebody signs in. */
export const signInDevice = z.strictObject({
  device_id: idOf('dev').optional(),
  type: z.enum(DEVICE_TYPES),
  platform: z.enum(DEVICE_PLATFORMS),
  name: text({ min: 1, max: 100 }).optional(),
  app_version: text({ max: 50 }).optional(),
});

/** Devices at the moment of signing in: registered when they are new. */
export class SignInDevices {
  readonly #devices: UserDevicesService;
  readonly #settings: Pick<SettingsService, 'get'>;

  constructor({ devices, settings }: { devices: UserDevicesService; settings: Pick<SettingsService, 'get'> }) {
    this.#devices = devices;
    this.#settings = settings;
  }

  /** The id of the device; null when the app names none. Throws `USER_DEVICE_LIMIT` for one device too many. */
  async signingIn(
    tenant: TenantContext,
    { userId, device, ip }: { userId: string; device: z.output<typeof signInDevice> | undefined; ip: string | null },
  ): Promise<string | null> {
    if (device === undefined) return null;
    const { device_id: deviceId, ...said } = device;
    const known = deviceId === undefined ? undefined : await this.#devices.findActive(tenant, deviceId, userId);
    if (known !== undefined) return known.device_id;
    const { settings } = await this.#settings.get(tenant);
    const registered = await this.#devices.register(tenant, {
      ...{ userId, ip, info: deviceInfoOf(said), push: NO_PUSH, activeMax: settings.security.max_devices_per_user },
      ...(deviceId !== undefined && { deviceId }),
    });
    return registered.device_id;
  }
}

const NO_PUSH = { provider: 'fcm', token: null, keys: null, token_hash: null } as const;
