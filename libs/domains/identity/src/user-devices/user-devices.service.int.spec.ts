import { afterAll, describe, expect, it } from '@jest/globals';
import { ManualClock, NotFoundError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aDevice, aPush } from '../fixtures/devices.fixture.js';
import { aTenant, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { PrekeysService } from '../encryption-keys/prekeys.service.js';
import { UserDevicesService } from './user-devices.service.js';

const bench = await IdentityBench.open();
const clock = new ManualClock(Date.now()); // servers remove what their own clock says is over
const devices = new UserDevicesService({ mongo: bench.mongo, outbox: bench.outbox, clock });
afterAll(() => bench.close());

describe('UserDevicesService', () => {
  const tenant = aTenant();
  const tooMany = expect.objectContaining({ code: 'USER_DEVICE_LIMIT', details: { limit: 10 } });

  it('registers a device with its push token', async () => {
    const input = aDevice();

    const device = await devices.register(tenant, input);

    expect(device).toMatchObject({
      user_id: input.userId,
      status: 'active',
      device_info: input.info,
      push: { ...input.push, enabled: true },
    });
    expect(await devices.listActive(tenant, input.userId)).toEqual([device]);
  });

  it('moves a push token to the device that has it now', async () => {
    const push = aPush();
    const former = await devices.register(tenant, aDevice({ push }));

    const newest = await devices.register(tenant, aDevice({ push }));

    const [left] = await devices.listActive(tenant, former.user_id);
    expect(left?.push).toMatchObject({ enabled: false, token: null, token_hash: null });
    expect(newest.push).toMatchObject({ enabled: true, token_hash: push.token_hash });
  });

  it('leaves another tenant its push token', async () => {
    const push = aPush();
    const [mine, theirs] = [aTenant(), aTenant()];
    const kept = await devices.register(theirs, aDevice({ push }));

    await devices.register(mine, aDevice({ push }));

    expect(await devices.listActive(theirs, kept.user_id)).toEqual([kept]);
  });

  it('refuses an eleventh active device, and takes one again after a revocation', async () => {
    const userId = newId('usr');
    const registered = [];
    for (let count = 0; count < 10; count += 1) registered.push(await devices.register(tenant, aDevice({ userId })));

    await expect(devices.register(tenant, aDevice({ userId }))).rejects.toEqual(tooMany);
    expect(await devices.listActive(tenant, userId)).toHaveLength(10);

    await devices.revoke(tenant, registered[0]?.device_id ?? '', bySpec);
    await devices.register(tenant, aDevice({ userId }));
    expect(await devices.listActive(tenant, userId)).toHaveLength(10);
  });

  it('keeps a lower limit of the tenant also among registrations at once', async () => {
    const userId = newId('usr');
    const push = { ...aPush(), token: null, token_hash: null };

    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => devices.register(tenant, aDevice({ userId, push, activeMax: 2 }))),
    );

    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(2);
    expect((await devices.listActive(tenant, userId)).length).toBeLessThanOrEqual(2);
  });

  it('revokes a device with its push token and its one-time keys', async () => {
    const { device_id: deviceId, user_id: userId } = await devices.register(tenant, aDevice());
    const prekeys = new PrekeysService({ mongo: bench.mongo, clock });
    await prekeys.upload(tenant, { userId, deviceId }, [{ key_id: 1, public_key: Buffer.alloc(32) }]);

    expect(await devices.revoke(tenant, deviceId, bySpec)).toBe(true);
    expect(await devices.revoke(tenant, deviceId, bySpec)).toBe(false);

    expect(await devices.listActive(tenant, userId)).toEqual([]);
    expect(await prekeys.count(tenant, { userId, deviceId })).toBe(0);
  });

  it('knows no device of another tenant', async () => {
    const { device_id } = await devices.register(aTenant(), aDevice());

    await expect(devices.revoke(tenant, device_id, bySpec)).rejects.toEqual(new NotFoundError());
    await expect(devices.setPush(tenant, device_id, aPush())).rejects.toEqual(new NotFoundError());
  });
});
