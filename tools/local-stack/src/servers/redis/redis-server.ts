import { join } from 'node:path';
import { externalServers } from '@caas/testing/stack';
import { ensureArtifact } from '../../artifacts/artifact-store.js';
import { StackError } from '../../errors.js';
import { findOnPath } from '../../machine/find-on-path.js';
import { REDIS, REDIS_BINARIES } from '../../versions.js';
import { external, nothing, portOf, withoutPassword, type Server, type ServerContext } from '../server.js';
import { pingRedis } from './redis-ping.js';

/** Redis: external by `REDIS_URL`, else `redis-server` from PATH, else the binary inside the embedded-redis jar. Keeps nothing on disk. */
export async function redisServer(context: ServerContext): Promise<Server> {
  const { redis_url: url } = externalServers(context.env);
  if (url !== undefined) {
    return {
      ...external,
      name: 'redis',
      choice: `external, REDIS_URL = ${withoutPassword(url)}`,
      ping: () => pingRedis(url),
      address: () => ({ redis_url: url }),
    };
  }
  const onPath = findOnPath('redis-server', context.env);
  const bundled = REDIS_BINARIES[`${process.platform}-${process.arch}`];
  if (onPath === undefined && bundled === undefined) {
    throw new StackError(`redis: there is no redis-server for ${process.platform}-${process.arch}; install Redis or set REDIS_URL`);
  }
  const localUrl = (): string => `redis://127.0.0.1:${portOf(context, 'redis')}`;
  return {
    name: 'redis',
    kind: 'redis-server',
    choice: onPath === undefined ? `redis-server ${bundled?.version} from the embedded-redis jar` : `${onPath} (on PATH)`,
    startsEmpty: false,
    processes: ['redis'],
    extraPorts: [],
    prepare: async () => {
      if (onPath === undefined) await ensureArtifact(context.folder.artifacts, REDIS, context);
    },
    command: () => ({
      command: onPath ?? join(context.folder.artifacts, REDIS.folder, bundled?.file ?? ''),
      args: ['--port', String(portOf(context, 'redis')), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no'],
    }),
    configure: nothing,
    ping: () => pingRedis(localUrl()),
    address: () => ({ redis_url: localUrl() }),
  };
}
