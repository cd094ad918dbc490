import { CAPABILITY_MEANING, type Capability, type Mongo, type MongoExamination, type MongoHealthCheck } from '@caas/data-access-mongo';
import { modules } from '@caas/modules';
import { ConfigError } from '@caas/runtime';
import { TenantRecords } from '@caas/tenancy';
import { faultOfServer, judgeClock, SERVERS } from '../advice.js';
import { type Check, type Diagnosis, fault, ok, warning } from '../check.js';
import { type Installation } from '../installation.js';
import { judgeMigrations } from './migrations.js';
import { judgeSchema } from './schema.js';

const REACHABLE = 'mongodb.login';
const PRIMARY = 'mongodb.primary';
const SERVER = 'mongodb.server';

/** MongoDB: the way there, who takes writes, the clock, what the server can do, and whether the data is as the definitions say. */
export function mongoChecks(installation: Installation): readonly Check[] {
  return [
    { name: REACHABLE, run: async () => judgeReach(await installation.mongoExamined()) },
    { name: PRIMARY, needs: [REACHABLE], run: async () => [judgePrimary(await installation.mongoExamined())] },
    { name: 'mongodb.clock', needs: [REACHABLE], run: async () => [judgeMongoClock(await installation.mongoExamined())] },
    { name: SERVER, needs: [PRIMARY], run: () => judgeServer(installation) },
    { name: 'mongodb.schema', needs: [SERVER], run: async () => judgeSchema(await schemaOf(await installation.mongo())) },
    { name: 'mongodb.migrations', needs: [SERVER], run: async () => judgeMigrations(await migrationsOf(await installation.mongo())) },
  ];
}

/** Whether any server lets us in; members that are away keep nobody out, and are said. */
export function judgeReach({ fault: reason, members, latencyMs }: MongoExamination): readonly Diagnosis[] {
  if (reason !== undefined) {
    const away = members.filter((member) => member.fault !== undefined);
    if (reason.kind === 'access_refused' || away.length === 0) return [faultOfServer('mongodb', reason)];
    return away.map((member) => faultOfServer('mongodb', member.fault ?? reason, member.address));
  }
  const away = members.flatMap((member) => (member.fault === undefined ? [] : [faultOfServer('mongodb', member.fault, member.address)]));
  return [
    ok(`${members.length} ${members.length === 1 ? 'server' : 'servers'}, answers in ${latencyMs ?? '?'} ms`),
    ...away.map(asWarning),
  ];
}

const asWarning = ({ said, advice = '' }: Diagnosis): Diagnosis => warning(said, advice);

export function judgePrimary({ primary, members }: MongoExamination): Diagnosis {
  if (primary !== undefined) return ok(`${primary} takes writes`);
  const states = members.map(({ address, type }) => `${address} is ${type}`).join(', ');
  return fault(
    `There is no primary: no server takes writes (${states})`,
    'Look at rs.status(): a majority of the voting members has to be up and to see each other. docs/operations/failover.md says what to do when it is lost.',
  );
}

function judgeMongoClock({ clock }: MongoExamination): Diagnosis {
  return clock === undefined ? { verdict: 'skipped', said: 'the server does not tell the time' } : judgeClock(SERVERS.mongodb.title, clock);
}

/** Connects as every process does, so that whatever production refuses is refused here too. */
async function judgeServer(installation: Installation): Promise<readonly Diagnosis[]> {
  try {
    const mongo = await installation.mongo();
    const { capabilities } = mongo;
    const { checks } = await mongo.health();
    return [
      ok(`version ${capabilities.version}, ${capabilities.topology}`),
      ...judgeCapabilities(capabilities.missing()),
      ...judgeHealth(checks),
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, problem }) =>
      fault(`${variable} ${problem}`, 'No process starts with it: see docs/reference/environment.md.'),
    );
  }
}

function judgeCapabilities(missing: readonly Capability[]): Diagnosis[] {
  if (missing.length === 0) return [];
  const meaning = missing.map((name) => `${name} (${CAPABILITY_MEANING[name]})`).join(', ');
  return [warning(`It lacks ${meaning}`, 'For development only: production refuses it. Use a replica set of MongoDB 7.')];
}

/** The primary has a check of its own, and what the server does not tell is nobody's concern. */
export function judgeHealth(checks: readonly MongoHealthCheck[]): Diagnosis[] {
  return checks
    .filter(({ name, status }) => name !== 'primary' && (status === 'degraded' || status === 'unhealthy'))
    .map(({ name, status, reason }) =>
      warning(
        `${name} is ${status}: ${reason ?? 'no reason given'}`,
        'docs/operations/runbooks.md has a section for what alerts tell of MongoDB.',
      ),
    );
}

const schemaOf = (mongo: Mongo) => mongo.diff(modules.collections, { tenants: new TenantRecords({ mongo }).contexts() });

async function migrationsOf(mongo: Mongo) {
  const migrations = await modules.migrations();
  return mongo.migrations({ migrations, tenants: new TenantRecords({ mongo }), owner: 'caas-admin doctor' }).status();
}
