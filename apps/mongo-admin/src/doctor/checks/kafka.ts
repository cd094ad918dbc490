import {
  type AclDiff,
  type AclEntry,
  describeAcl,
  type KafkaExamination,
  type TopicChange,
  type TopicDefinition,
  type TopicDescription,
} from '@caas/messaging-kafka';
import { type TenantPlacement, topicPlaceOf } from '@caas/messaging-kafka';
import { TenantRecords } from '@caas/tenancy';
import { faultOfServer } from '../advice.js';
import { type Check, type Diagnosis, differs, fault, ok, skipped, warning } from '../check.js';
import { type Installation } from '../installation.js';
import { someOf } from '../some-of.js';

const LOGIN = 'kafka.login';

export interface KafkaChecksOptions {
  readonly topics: readonly TopicDefinition[];
  /** Everything that anybody needs. */
  readonly rights: () => Promise<readonly AclEntry[]>;
}

/** Kafka: the way there, every broker by itself, topics against their definitions, and rights against what services do. Brokers do not tell the time. */
export function kafkaChecks(installation: Installation, { topics, rights }: KafkaChecksOptions): readonly Check[] {
  return [
    { name: LOGIN, run: async () => [judgeLogin(await installation.kafkaExamined())] },
    { name: 'kafka.brokers', needs: [LOGIN], run: async () => judgeBrokers(await installation.kafkaExamined()) },
    { name: 'kafka.topics', needs: [LOGIN], run: () => judgeTopics(installation, topics) },
    { name: 'kafka.rights', needs: [LOGIN], run: async () => judgeRights(installation, await rights()) },
  ];
}

/** Whether any broker lets us in. */
export function judgeLogin({ brokers }: KafkaExamination): Diagnosis {
  const open = brokers.find((broker) => broker.fault === undefined);
  if (open !== undefined) return ok(`${open.address} answers in ${open.latencyMs ?? '?'} ms`);
  const refused = brokers.find((broker) => broker.fault?.kind === 'access_refused');
  const [first] = brokers;
  const worst = refused ?? first;
  if (worst?.fault === undefined) return fault('There is no broker to ask', 'Set KAFKA_BROKERS.');
  return faultOfServer('kafka', worst.fault, refused === undefined ? brokers.map(({ address }) => address).join(', ') : worst.address);
}

/** Every broker that is configured or announced. */
export function judgeBrokers({ brokers, alive }: KafkaExamination): readonly Diagnosis[] {
  const down = brokers.filter((broker) => broker.fault !== undefined);
  const found = down.flatMap(({ fault: reason, address, from }) => {
    if (reason === undefined) return [];
    const { said, advice = '' } = faultOfServer('kafka', reason, address);
    const unadvertised = from === 'cluster' ? ' The other brokers announce it: check advertised.listeners if it runs.' : '';
    return [fault(`broker down: ${said}`, advice + unadvertised)];
  });
  return found.length > 0 ? found : [ok(`all of ${alive ?? brokers.length} answer`)];
}

async function judgeTopics(installation: Installation, definitions: readonly TopicDefinition[]): Promise<readonly Diagnosis[]> {
  const kafka = await installation.kafka();
  const tenants = await placementsOf(installation);
  const changes = await kafka.topics.diff(definitions, { tenants: tenants ?? [] });
  const described = await kafka.topics.describe(definitions);
  const notSeen = tenants === undefined ? [skipped('which tenants have topics of their own is not known while MongoDB is away')] : [];
  return [...judgeChanges(changes, described.length), ...judgeCopies(described), ...notSeen];
}

/** Tenants with topics of their own; `undefined` when nobody can tell. */
async function placementsOf(installation: Installation): Promise<readonly TenantPlacement[] | undefined> {
  try {
    if ((await installation.mongoExamined()).primary === undefined) return undefined; // connecting would wait for it
    const mongo = await installation.mongo();
    const found: TenantPlacement[] = [];
    for await (const tenant of new TenantRecords({ mongo }).contexts()) if (topicPlaceOf(tenant) === 'dedicated') found.push(tenant);
    return found;
  } catch {
    return undefined; // MongoDB has checks of its own
  }
}

const MEND_TOPICS = 'caas-admin topics apply --dry-run shows what would be done; then without it.';
const ASK_A_PERSON = 'Nothing changes these by itself: see docs/operations/runbooks.md, and caas-admin topics show.';

export function judgeChanges(changes: readonly TopicChange[], topics: number): readonly Diagnosis[] {
  const of = (...kinds: readonly TopicChange['kind'][]): string[] =>
    changes.filter(({ kind }) => kinds.includes(kind)).map(({ topic }) => topic);
  const [missing, drifted] = [of('create'), of('alter_config')];
  const reshaped = of('fewer_partitions', 'more_partitions', 'other_replication');
  if (changes.length === 0) return [ok(`${topics} topics as defined`)];
  return [
    ...(missing.length === 0 ? [] : [differs(`missing topics: ${someOf(missing)}`, MEND_TOPICS)]),
    ...(drifted.length === 0 ? [] : [differs(`topics with other settings: ${someOf(drifted)}`, MEND_TOPICS)]),
    ...(reshaped.length === 0 ? [] : [warning(`topics with other partitions or copies than defined: ${someOf(reshaped)}`, ASK_A_PERSON)]),
  ];
}

/** Partitions without a leader, or with fewer living copies than they should have. */
export function judgeCopies(described: readonly TopicDescription[]): readonly Diagnosis[] {
  const unhealthy = described.filter(({ unhealthyPartitions }) => unhealthyPartitions > 0);
  if (unhealthy.length === 0) return [];
  const names = unhealthy.map(({ topic, unhealthyPartitions }) => `${topic} (${unhealthyPartitions})`);
  return [
    fault(
      `partitions without all their copies in sync: ${someOf(names)}`,
      'A broker is down or behind: see kafka.brokers, and the brokers’ logs.',
    ),
  ];
}

async function judgeRights(installation: Installation, wanted: readonly AclEntry[]): Promise<readonly Diagnosis[]> {
  const { acls } = await installation.kafka();
  return judgeAclDiff(await acls.diff(wanted));
}

export function judgeAclDiff({ missing, extra }: AclDiff): readonly Diagnosis[] {
  if (missing.length + extra.length === 0) return [ok('every service has the rights that it needs, and no others')];
  return [
    ...(missing.length === 0
      ? []
      : [
          differs(
            `missing ACLs: ${someOf(missing.map(describeAcl))}`,
            'caas-admin acl apply --dry-run shows what would be granted; then without it.',
          ),
        ]),
    ...(extra.length === 0
      ? []
      : [warning(`ACLs that nothing needs: ${someOf(extra.map(describeAcl))}`, 'caas-admin acl apply --revoke-extra takes them away.')]),
  ];
}
