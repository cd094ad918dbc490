import { externalServers } from './external-servers.js';
import { readStackFile, stackFilePath, type StackFile } from './stack-file.js';
import { isRunning } from './process-identity.js';

/** No stack to test against; the message says how to start one. */
export class StackNotRunningError extends Error {
  override readonly name = 'StackNotRunningError';
}

/**
 * How to reach the servers for integration specs: the running stack `CAAS_STACK_NAME` (default `test`), with external servers
 * from the environment in place of its own. Starts nothing; throws {@link StackNotRunningError} when a server is missing.
 */
export function stack(env: NodeJS.ProcessEnv = process.env): StackFile {
  const name = env['CAAS_STACK_NAME'] ?? 'test';
  const { mongodb_uri, redis_url, registry_url, kafka } = externalServers(env);
  if (mongodb_uri !== undefined && redis_url !== undefined && registry_url !== undefined && kafka !== undefined) {
    return { name, mongodb_uri, mongodb_kind: 'external', redis_url, registry_url, kafka, processes: [] };
  }
  const local = readStackFile(stackFilePath(name, env));
  if (local === undefined) throw new StackNotRunningError(howToStart(name, 'is not up'));
  const dead = local.processes.find((process) => !isRunning(process));
  if (dead !== undefined) throw new StackNotRunningError(howToStart(name, `has lost its process ${dead.name} (log: ${dead.log})`));
  return {
    ...local,
    ...(mongodb_uri === undefined ? {} : { mongodb_uri, mongodb_kind: 'external' as const }),
    ...(redis_url === undefined ? {} : { redis_url }),
    ...(registry_url === undefined ? {} : { registry_url }),
    ...(kafka === undefined ? {} : { kafka }),
  };
}

function howToStart(name: string, state: string): string {
  return (
    `The local stack "${name}" ${state}. Start it with \`CAAS_STACK_NAME=${name} npx nx run local-stack:up\`, ` +
    'or point MONGODB_URI, KAFKA_BROKERS, SCHEMA_REGISTRY_URL and REDIS_URL at servers of your own.'
  );
}
