import { createLogger, Metrics } from '@caas/runtime';
import { stack } from '@caas/testing';
import { connectRedis, type RedisAccess, type RedisOptions } from './connect-redis.js';

const opened: { close(): Promise<void> }[] = [];

/** Connects as a process of its own would: own metrics, own connections. Closed by {@link closeAll}. */
export async function aRedis(options: Partial<RedisOptions> = {}): Promise<RedisAccess & { readonly metrics: Metrics }> {
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const logger = createLogger({ service: 'spec', level: 'silent' });
  const access = await connectRedis({ url: redisUrl(), logger, metrics, name: 'spec', ...options });
  return closing(Object.assign(access, { metrics }));
}

/** Has something closed at the end of the spec. */
export function closing<Closable extends { close(): Promise<void> }>(closable: Closable): Closable {
  opened.push(closable);
  return closable;
}

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((closable) => closable.close()));
}

export function redisUrl(): string {
  return stack().redis_url;
}

/** Resolves when a condition holds, looking once per turn of the event loop; the spec's time limit is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
