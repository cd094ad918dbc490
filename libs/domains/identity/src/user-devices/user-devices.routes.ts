import { createHash } from 'node:crypto';
import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { auditActorOf, NotFoundError, type SecretBox, type TenantContext } from '@caas/runtime';
import { dateTime, idOf, newId, text, z } from '@caas/schema';
import { type SettingsService } from '@caas/tenancy';
import { ownerOf } from '../auth/auth.routes.js';
import { type SessionsEnd } from '../auth/sessions-end.js';
import { deviceInfoOf } from './device-info.js';
import { DEVICE_PLATFORMS, DEVICE_TYPES, PUSH_PROVIDERS, type UserDevice, userDevices } from './user-devices.collection.js';
import { type DevicePush, type UserDevicesService } from './user-devices.service.js';

const name = text({ min: 1, max: 100 });
const version = text({ max: 50 });

const pushToken = text({ min: 1, max: 4_096 });
const push = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('fcm'), token: pushToken }),
  z.strictObject({ provider: z.literal('apns'), token: pushToken }),
  z.strictObject({
    provider: z.literal('web_push'),
    endpoint: text({ min: 1, max: 2_048 }),
    keys: z.strictObject({ p256dh: text({ min: 1, max: 200 }), auth: text({ min: 1, max: 100 }) }),
  }),
]);

const newDevice = z.strictObject({
  device_id: idOf('dev').optional(),
  name: name.optional(),
  type: z.enum(DEVICE_TYPES),
  platform: z.enum(DEVICE_PLATFORMS),
  os_version: version.optional(),
  app_version: version.optional(),
  push: push.optional(),
});
const deviceChange = z.strictObject({ name: name.optional(), push: push.nullable().optional(), trusted: z.boolean().optional() });

/** A device as the API shows it; never where its pushes go. */
const deviceResource = z
  .strictObject({
    device_id: idOf('dev'),
    user_id: idOf('usr'),
    name,
    type: z.enum(DEVICE_TYPES),
    platform: z.enum(DEVICE_PLATFORMS),
    os_version: version.nullable(),
    app_version: version.nullable(),
    push: z.strictObject({ provider: z.enum(PUSH_PROVIDERS), enabled: z.boolean() }).nullable(),
    trusted: z.boolean(),
    created_at: dateTime(),
    last_active_at: dateTime(),
  })
  .meta({ id: 'Device' });

function toDeviceResource(device: UserDevice): z.output<typeof deviceResource> {
  const { device_info: info, push: pushed } = device;
  return {
    device_id: device.device_id,
    user_id: device.user_id,
    ...{ name: info.name, type: info.type, platform: info.platform, os_version: info.os_version, app_version: info.app_version },
    push: pushed.token_hash === null ? null : { provider: pushed.provider, enabled: pushed.enabled },
    trusted: device.trusted_at !== null,
    created_at: device.created_at.toISOString(),
    last_active_at: device.activity.last_active_at.toISOString(),
  };
}

export interface UserDevicesRoutesParts {
  readonly devices: UserDevicesService;
  readonly end: SessionsEnd;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly box: SecretBox;
}

/** Devices of users: registering, naming, trusting, removing. */
export function userDevicesRoutes({ devices, end, settings, box }: UserDevicesRoutesParts): RouteDefinition[] {
  const access = { permission: 'device.manage', credentials: ['key', 'user', 'admin'], actingUser: 'optional' } as const;
  const params = z.strictObject({ device_id: idOf('dev') });
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/devices',
      operationId: 'registerDevice',
      summary: 'Register a device',
      description:
        'With the `device_id` of a device that the user has, that one is brought up to date. A push token moves here from any other device.',
      tags: ['Devices'],
      access: { permission: 'device.manage', credentials: ['key', 'user'], actingUser: 'required' },
      body: newDevice,
      responses: { 200: deviceResource, 201: deviceResource },
      errors: ['USER_DEVICE_LIMIT', 'RES_CONFLICT'],
      handler: async ({ tenant, actingUser: { userId }, body: { device_id, push: pushed, ...said }, request: { ip } }) => {
        const known = device_id === undefined ? undefined : await devices.findActive(tenant, device_id, userId);
        const deviceId = device_id ?? newId('dev');
        const sealed = sealedPush(pushed, deviceId, box);
        if (known !== undefined) {
          await devices.change(tenant, deviceId, { info: deviceInfoOf({ name: known.device_info.name, ...said }) });
          const device = sealed === undefined ? await owned(tenant, deviceId, userId) : await devices.setPush(tenant, deviceId, sealed);
          return { status: 200, body: toDeviceResource(device) };
        }
        const { security } = (await settings.get(tenant)).settings;
        const device = await devices.register(tenant, {
          ...{ userId, deviceId, info: deviceInfoOf(said), push: sealed ?? NO_PUSH },
          ...{ ip: ip ?? null, activeMax: security.max_devices_per_user },
        });
        return { status: 201, body: toDeviceResource(device), headers: { location: `/v1/devices/${device.device_id}` } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/devices',
      operationId: 'listDevices',
      summary: 'List the devices of a user',
      description: 'Users see their own; keys and admins name the user in `user_id`.',
      tags: ['Devices'],
      access,
      query: listQuery({ defaultLimit: 20 }).extend({ user_id: idOf('usr').optional() }),
      responses: { 200: pageOf(deviceResource) },
      errors: ['VAL_CURSOR_INVALID'],
      handler: async ({ tenant, principal, actingUser, query: { user_id, limit, cursor } }) => {
        const page = await devices.list(tenant, { userId: ownerOf(principal, actingUser?.userId, user_id), limit, cursor });
        return { status: 200, body: toPage(page, limit, toDeviceResource) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/devices/:device_id',
      operationId: 'getDevice',
      summary: 'Get a device',
      tags: ['Devices'],
      access,
      params,
      responses: { 200: deviceResource },
      handler: async ({ tenant, actingUser, params: { device_id } }) => ({
        status: 200,
        body: toDeviceResource(await owned(tenant, device_id, actingUser?.userId)),
      }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/devices/:device_id',
      operationId: 'updateDevice',
      summary: 'Change a device',
      description: 'Name, trust, and where pushes go; `null` for `push` ends them.',
      tags: ['Devices'],
      access,
      params,
      body: deviceChange,
      responses: { 200: deviceResource },
      handler: async ({ tenant, actingUser, params: { device_id }, body }) => {
        const { device_info, push: former } = await owned(tenant, device_id, actingUser?.userId);
        const { push: pushed, trusted } = body;
        const info = body.name === undefined ? undefined : { ...device_info, name: body.name };
        const device = await devices.change(tenant, device_id, { info, trusted });
        if (pushed === undefined) return { status: 200, body: toDeviceResource(device) };
        const sealed = sealedPush(pushed ?? undefined, device_id, box) ?? { ...NO_PUSH, provider: former.provider };
        return { status: 200, body: toDeviceResource(await devices.setPush(tenant, device_id, sealed)) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/devices/:device_id',
      operationId: 'removeDevice',
      summary: 'Remove a device',
      description: 'Ends its sessions and its pushes.',
      tags: ['Devices'],
      access,
      params,
      responses: { 204: null },
      handler: async ({ tenant, principal, actingUser, params: { device_id }, request: { ip } }) => {
        const { user_id } = await owned(tenant, device_id, actingUser?.userId);
        await devices.revoke(tenant, device_id, { by: principal.subjectId });
        const by = { actor: auditActorOf(principal, actingUser?.userId), reason: 'device_removed', ip: ip ?? null } as const;
        await end.sessionsOf(tenant, user_id, { by, deviceId: device_id });
        return { status: 204 };
      },
    }),
  ];

  /** The active device; of the acting user where there is one. Throws `NotFoundError`. */
  async function owned(tenant: TenantContext, deviceId: string, ownerId: string | undefined): Promise<UserDevice> {
    const device = await devices.findActive(tenant, deviceId, ownerId);
    if (device === undefined) throw new NotFoundError();
    return device;
  }
}

const NO_PUSH: DevicePush = { provider: 'fcm', token: null, keys: null, token_hash: null };

/** Where pushes go is a credential: sealed for the row that it belongs to; its hash finds the device that had it before. */
function sealedPush(given: z.output<typeof push> | undefined, id: string, box: SecretBox): DevicePush | undefined {
  if (given === undefined) return undefined;
  const place = (field: string) => ({ collection: userDevices.name, id, field });
  const target = 'token' in given ? given.token : given.endpoint;
  return {
    provider: given.provider,
    token: box.seal(target, place('push.token')),
    keys: 'keys' in given ? box.seal(JSON.stringify(given.keys), place('push.keys')) : null,
    token_hash: createHash('sha256').update(target).digest('hex'),
  };
}
