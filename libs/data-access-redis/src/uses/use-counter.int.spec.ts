import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createLogger, Metrics } from '@caas/runtime';
import { stack } from '@caas/testing/stack';
import { connectRedis, type RedisAccess } from '../client/connect-redis.js';

const aConnection = () =>
  connectRedis({
    url: stack().redis_url,
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics: new Metrics({ service: 'spec', defaults: false }),
    name: 'caas-spec',
  });
let connections: RedisAccess[];
beforeAll(async () => {
  connections = await Promise.all([aConnection(), aConnection()]);
});
afterAll(async () => {
  await Promise.all(connections.map((redis) => redis.close()));
});

it('gives exactly as many uses as there are, to all processes together', async () => {
  const id = randomUUID();
  const counters = connections.map((redis) => redis.useCounter('spec'));

  const taken = await Promise.all(
    Array.from(
      { length: 40 },
      (_, index) => counters[index % 2]?.take(id, { known: 0, max: 25 }) ?? Promise.reject(new Error('no counter')),
    ),
  );

  expect(taken.filter(Boolean)).toHaveLength(25);
});

it('goes on from what the store knows, when that is more', async () => {
  const id = randomUUID();
  const counter = connections[0]?.useCounter('spec');

  expect(await counter?.take(id, { known: 0, max: 10 })).toBe(true);
  expect(await counter?.take(id, { known: 9, max: 10 })).toBe(true);
  expect(await counter?.take(id, { known: 9, max: 10 })).toBe(false);
});
