import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aTenant, IdentityBench } from '../fixtures/identity.fixture.js';
import { PrekeysService } from './prekeys.service.js';

describe('PrekeysService', () => {
  const tenant = aTenant();
  const clock = new ManualClock(Date.now());
  let bench: IdentityBench;
  let prekeys: PrekeysService;
  beforeAll(async () => {
    bench = await IdentityBench.open();
    prekeys = new PrekeysService({ mongo: bench.mongo, clock });
  });
  afterAll(() => bench?.close());

  const anOwner = () => ({ userId: newId('usr'), deviceId: newId('dev') });
  const keys = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ key_id: from + index, public_key: Buffer.alloc(32, from + index) }));

  it('hands keys out in the order of their ids, byte for byte, until none is left', async () => {
    const owner = anOwner();
    await prekeys.upload(tenant, owner, [...keys(2, 2), ...keys(1, 1)]);

    const [first, second, third] = [
      await prekeys.consume(tenant, owner),
      await prekeys.consume(tenant, owner),
      await prekeys.consume(tenant, owner),
    ];

    expect(first?.key_id).toBe(1);
    expect(Buffer.from(first?.public_key ?? []).equals(Buffer.alloc(32, 1))).toBe(true);
    expect(second?.key_id).toBe(2);
    expect(third).toBeUndefined();
  });

  it('hands no key out twice, also to many at once', async () => {
    const owner = anOwner();
    await prekeys.upload(tenant, owner, keys(1, 20));

    const taken = await Promise.all(Array.from({ length: 25 }, () => prekeys.consume(tenant, owner)));

    const ids = taken.flatMap((key) => (key === undefined ? [] : [key.key_id]));
    expect(ids.sort((a, b) => a - b)).toEqual(keys(1, 20).map(({ key_id }) => key_id));
  });

  it('stores a key once, and keeps devices apart', async () => {
    const [one, other] = [anOwner(), anOwner()];

    expect(await prekeys.upload(tenant, one, keys(1, 3))).toBe(3);
    expect(await prekeys.upload(tenant, one, keys(2, 5))).toBe(2);
    expect(await prekeys.upload(tenant, other, keys(1, 1))).toBe(1);

    expect(await prekeys.count(tenant, one)).toBe(5);
    expect(await prekeys.count(aTenant(), one)).toBe(0);
  });

  it('takes 100 at once and 200 in all', async () => {
    const owner = anOwner();

    await expect(prekeys.upload(tenant, owner, keys(1, 101))).rejects.toMatchObject({ code: 'VAL_FAILED' });
    await prekeys.upload(tenant, owner, keys(1, 100));
    await prekeys.upload(tenant, owner, keys(101, 200));
    await expect(prekeys.upload(tenant, owner, keys(201, 201))).rejects.toMatchObject({ code: 'RES_CONFLICT' });
  });

  it('hands out no key that has expired', async () => {
    const owner = anOwner();
    await prekeys.upload(tenant, owner, keys(1, 1));
    clock.advance(91 * 86_400_000);

    expect(await prekeys.consume(tenant, owner)).toBeUndefined();
  });
});
