import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createLogger, Metrics } from '@caas/runtime';
import { stack } from '@caas/testing/stack';
import { connectRedis, type RedisAccess } from '../client/connect-redis.js';

let connections: RedisAccess[];
beforeAll(async () => {
  const aConnection = () =>
    connectRedis({
      url: stack().redis_url,
      logger: createLogger({ service: 'spec', level: 'silent' }),
      metrics: new Metrics({ service: 'spec', defaults: false }),
      name: 'caas-spec',
    });
  connections = await Promise.all([aConnection(), aConnection()]);
});
afterAll(async () => {
  await Promise.all(connections.map((redis) => redis.close()));
});

it('shows every process what another one has written, until it is removed', async () => {
  const name = `spec-${randomUUID()}`;
  const [mine, theirs] = connections.map((redis) => redis.board(name));

  await mine?.write('a', '1');
  await mine?.write('b', '2');
  await theirs?.write('a', '3');
  expect(await theirs?.read()).toEqual(new Map(Object.entries({ a: '3', b: '2' })));

  await theirs?.remove('a');
  await theirs?.remove('b');
  expect(await mine?.read()).toEqual(new Map());
});
