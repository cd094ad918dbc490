import { afterAll, describe, expect, it } from '@jest/globals';
import { createLogger, Metrics } from '@caas/runtime';
import { newId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { connectRedis } from '../client/connect-redis.js';

describe('RedisCrashMarkers', () => {
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const connected = connectRedis({
    url: stack().redis_url,
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics,
    name: 'spec',
  });
  afterAll(async () => (await connected).close());

  it('counts what was begun and not ended', async () => {
    const markers = (await connected).crashMarkers();
    const name = newId('op');

    expect([await markers.begin(name), await markers.begin(name)]).toEqual([0, 1]);
    await markers.end(name);
    expect(await markers.begin(name)).toBe(0);
    await markers.end(name);
  });
});
