import { kafkaServer } from './kafka/kafka-server.js';
import { mongoServer } from './mongodb/mongo-server.js';
import { redisServer } from './redis/redis-server.js';
import { registryServer } from './registry/registry-server.js';
import { StackError } from '../errors.js';
import { isRunning } from '@caas/testing/stack';
import { processRecords } from '../state/process-records.js';
import type { Server, ServerContext } from './server.js';

const FACTORIES = { mongodb: mongoServer, kafka: kafkaServer, registry: registryServer, redis: redisServer } as const;

/** Decides about every server: external, local or, for MongoDB, the stand-in. Tells the listener each choice, in a fixed order. */
export async function chooseServers(context: Omit<ServerContext, 'runningKind'>): Promise<Server[]> {
  const { env, folder, listener } = context;
  if (env['CAAS_STACK'] !== undefined && env['CAAS_STACK'] !== 'local') {
    throw new StackError(
      env['CAAS_STACK'] === 'docker'
        ? 'CAAS_STACK=docker is not available yet: the compose file in docker/ publishes the gateway only. Run `docker compose up` there, or unset CAAS_STACK to run the servers as local processes.'
        : `CAAS_STACK must be "local" or "docker", not "${env['CAAS_STACK']}"`,
    );
  }
  const running = processRecords(folder.processes).filter(isRunning);
  const servers = await Promise.all(
    Object.entries(FACTORIES).map(([name, factory]) =>
      factory({ ...context, runningKind: running.find((record) => record.server === name)?.kind }),
    ),
  );
  for (const { name, choice } of servers) listener({ type: 'choice', server: name, text: choice });
  return servers;
}
