import { delimiter, join } from 'node:path';
import { ensureArtifact } from '../../artifacts/artifact-store.js';
import { StackError } from '../../errors.js';
import { requireJava } from '../../machine/java-tools.js';
import { MONGO_STAND_IN, MONGO_STAND_IN_VERSION } from '../../versions.js';
import { javaOptions, nothing, portOf, type Server, type ServerContext } from '../server.js';
import { compileStandIn, standInClasses } from './compile-stand-in.js';
import { pingMongo } from './mongo-ping.js';
import { STAND_IN_CLASS } from './stand-in-source.js';

export const STAND_IN = 'mongo-java-server';

/** Megabytes; the data is in the heap too, twice: as documents and in the oplog. */
const HEAP_DEFAULT = 1_536;

const LACKS = 'transactions, $jsonSchema validators, partial indexes, TTL, text search, collMod, explain, profiler';

/**
 * mongo-java-server in place of MongoDB, for machines that cannot have the real one; `reason` says why this one is. Throws
 * {@link StackError} in production.
 */
export function standInServer(context: ServerContext, reason: string): Server {
  const wayOut = 'install MongoDB 7.0 (mongod on PATH) or set MONGODB_URI';
  if (context.env['NODE_ENV'] === 'production') {
    throw new StackError(`mongodb: the stand-in ${STAND_IN} never runs when NODE_ENV=production (${reason}); ${wayOut}`);
  }
  const folder = join(context.folder.artifacts, MONGO_STAND_IN.folder);
  const uri = (): string => `mongodb://127.0.0.1:${portOf(context, 'mongodb')}/`;
  return {
    name: 'mongodb',
    kind: STAND_IN,
    choice:
      `STAND-IN ${STAND_IN} ${MONGO_STAND_IN_VERSION}, not MongoDB: lacks ${LACKS}; forgets everything when it stops, and the other servers ` +
      `start empty with it. Why: ${reason}. For the real one: ${wayOut}`,
    startsEmpty: true,
    processes: ['mongodb'],
    extraPorts: [],
    prepare: async () => {
      await requireJava(context.env);
      await ensureArtifact(context.folder.artifacts, MONGO_STAND_IN, context);
      await compileStandIn(folder, context);
    },
    command: () => ({
      command: 'java',
      args: [
        ...javaOptions(heapMegabytes(context.env)),
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-cp',
        [standInClasses(folder), join(folder, 'lib', '*')].join(delimiter),
        STAND_IN_CLASS,
        String(portOf(context, 'mongodb')),
      ],
    }),
    configure: nothing,
    ping: () => pingMongo(uri()),
    address: () => ({ mongodb_uri: uri(), mongodb_kind: STAND_IN }),
  };
}

/** `CAAS_STANDIN_HEAP_MB`, for runs with much data: the stand-in crawls long before its heap is full. */
function heapMegabytes(env: ServerContext['env']): number {
  const wish = env['CAAS_STANDIN_HEAP_MB'];
  if (wish === undefined || wish === '') return HEAP_DEFAULT;
  if (!/^[1-9]\d{2,5}$/.test(wish))
    throw new StackError(`CAAS_STANDIN_HEAP_MB must be a whole number of megabytes from 100, not "${wish}"`);
  return Number(wish);
}
