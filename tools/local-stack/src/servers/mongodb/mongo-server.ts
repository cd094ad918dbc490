import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { externalServers } from '@caas/testing/stack';
import { StackError } from '../../errors.js';
import { external, portOf, withoutPassword, type Server, type ServerContext } from '../server.js';
import { downloadMongod } from './download-mongod.js';
import { locateMongod, type Mongod } from './locate-mongod.js';
import { initiateReplicaSet, pingMongo } from './mongo-ping.js';
import { STAND_IN, standInServer } from './stand-in-server.js';

const REPLICA_SET = 'rs0';

/**
 * MongoDB: external by `MONGODB_URI`, else a real `mongod` from PATH, the cache or a download, else the stand-in. `CAAS_MONGODB` (`mongod` or
 * `standin`) forces one. What runs already is kept unless forced.
 */
export async function mongoServer(context: ServerContext): Promise<Server> {
  const { env, folder, listener, runningKind } = context;
  const { mongodb_uri: uri } = externalServers(env);
  if (uri !== undefined) return externalMongo(uri);
  const wish = env['CAAS_MONGODB'] ?? '';
  if (!['', 'mongod', 'standin'].includes(wish)) throw new StackError(`CAAS_MONGODB must be "mongod" or "standin", not "${wish}"`);
  if (wish === 'standin') return standInServer(context, 'CAAS_MONGODB=standin');
  const found = await locateMongod(folder.artifacts, env);
  if (found !== undefined && !(wish === '' && runningKind === STAND_IN)) return mongodServer(context, found);
  if (wish === '' && runningKind === STAND_IN) return standInServer(context, 'it runs already');
  const download = await downloadMongod(folder.artifacts, { listener, force: wish === 'mongod' });
  if ('mongod' in download) return mongodServer(context, download.mongod);
  if (wish === 'mongod')
    throw new StackError(`mongodb: CAAS_MONGODB=mongod, but there is none on PATH and its download failed: ${download.reason}`);
  return standInServer(context, `no mongod on PATH, and its download failed: ${download.reason}`);
}

function externalMongo(uri: string): Server {
  return {
    ...external,
    name: 'mongodb',
    choice: `external, MONGODB_URI = ${withoutPassword(uri)}`,
    ping: () => pingMongo(uri),
    address: () => ({ mongodb_uri: uri, mongodb_kind: 'external' }),
  };
}

function mongodServer(context: ServerContext, { path, version, origin }: Mongod): Server {
  const data = join(context.folder.data, 'mongodb');
  const uri = (): string => `mongodb://127.0.0.1:${portOf(context, 'mongodb')}/?replicaSet=${REPLICA_SET}`;
  const direct = (): string => `mongodb://127.0.0.1:${portOf(context, 'mongodb')}/?directConnection=true`;
  return {
    name: 'mongodb',
    kind: 'mongod',
    choice: `mongod ${version} (${origin}), replica set of one`,
    startsEmpty: false,
    processes: ['mongodb'],
    extraPorts: [],
    prepare: async () => {
      mkdirSync(data, { recursive: true });
    },
    command: () => ({
      command: path,
      args: ['--replSet', REPLICA_SET, '--port', String(portOf(context, 'mongodb')), '--bind_ip', '127.0.0.1', '--dbpath', data],
    }),
    configure: async () => {
      await initiateReplicaSet(portOf(context, 'mongodb'), REPLICA_SET);
      await pingMongo(uri()); // waits for the primary
    },
    ping: () => pingMongo(direct()),
    address: () => ({ mongodb_uri: uri(), mongodb_kind: 'mongod' }),
  };
}
