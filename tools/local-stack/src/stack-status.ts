import { isRunning, readStackFile, type StackFile, type StackProcess } from '@caas/testing/stack';
import type { ServerName } from './errors.js';
import { pingKafka } from './servers/kafka/kafka-ping.js';
import { pingMongo } from './servers/mongodb/mongo-ping.js';
import { pingRedis } from './servers/redis/redis-ping.js';
import { pingRegistry } from './servers/registry/registry-api.js';
import { withoutPassword } from './servers/server.js';
import { stackFolder } from './state/stack-folder.js';

/** One server as `caas-stack status` shows it; no passwords in it. */
export interface ServerStatus {
  readonly server: ServerName;
  readonly address: string;
  readonly answers: boolean;
  /** How long the answer took, or why there is none. */
  readonly detail: string;
  readonly processes: readonly (StackProcess & { readonly running: boolean })[];
}

/** A stack and its servers. */
export interface StackStatus {
  readonly name: string;
  /** Every server answers. */
  readonly up: boolean;
  /** Empty for a stack that is not up. */
  readonly servers: readonly ServerStatus[];
}

/** How to reach a stack, or `undefined` when it has not been started. Does not ask whether its servers still answer. */
export function readStack(name: string, env: NodeJS.ProcessEnv = process.env): StackFile | undefined {
  return readStackFile(stackFolder(name, env).stackFile);
}

/** Asks every server of a stack, at the same time. */
export async function stackStatus(name: string, env: NodeJS.ProcessEnv = process.env): Promise<StackStatus> {
  const stack = readStack(name, env);
  if (stack === undefined) return { name, up: false, servers: [] };
  const servers = await Promise.all([
    check(stack, 'mongodb', { address: stack.mongodb_uri, ping: () => pingMongo(stack.mongodb_uri) }),
    check(stack, 'kafka', { address: stack.kafka.brokers.join(','), ping: () => pingKafka(stack.kafka) }),
    check(stack, 'registry', { address: stack.registry_url, ping: () => pingRegistry(stack.registry_url) }),
    check(stack, 'redis', { address: stack.redis_url, ping: () => pingRedis(stack.redis_url) }),
  ]);
  return { name, up: servers.every((server) => server.answers), servers };
}

async function check(
  stack: StackFile,
  server: ServerName,
  { address, ping }: { readonly address: string; readonly ping: () => Promise<void> },
): Promise<ServerStatus> {
  const processes = stack.processes
    .filter((process) => process.server === server)
    .map((process) => ({ ...process, running: isRunning(process) }));
  const started = performance.now();
  const failure = await ping().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const detail = failure ?? `${Math.round(performance.now() - started)} ms`;
  return { server, address: withoutPassword(address), answers: failure === undefined, detail, processes };
}
