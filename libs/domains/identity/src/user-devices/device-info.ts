import { type UserDevice } from './user-devices.collection.js';

type DeviceInfo = UserDevice['device_info'];

/** What an app says about its device. */
export interface SaidOfDevice {
  readonly type: DeviceInfo['type'];
  readonly platform: DeviceInfo['platform'];
  readonly name?: string | undefined;
  readonly os_version?: string | undefined;
  readonly app_version?: string | undefined;
}

/** What is stored of it; a device without a name is called by its kind. */
export function deviceInfoOf({ type, platform, name, os_version, app_version }: SaidOfDevice): DeviceInfo {
  return {
    ...{ type, platform, name: name ?? `${platform} ${type}` },
    ...{ os_version: os_version ?? null, app_version: app_version ?? null },
    ...{ model: null, manufacturer: null, browser: null, browser_version: null, fingerprint: null },
  };
}
