import { type Logger, TimeoutError, withTimeout } from '@caas/runtime';
import { translateKafkaError } from './errors.js';
import { createKafkaJs, timeoutsOf } from './kafkajs.js';
import { type KafkaConfig } from './types.js';

/** A request that kafkajs has no call for: the bytes after the header, of a version with tagged fields ("flexible"). */
export interface BrokerRequest<Answer> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  /** The body; without the tagged fields of the header. */
  readonly body: Buffer;
  /** Reads the answer's body; without the tagged fields of its header. */
  readonly decode: (body: Buffer) => Answer;
}

/** kafkajs's own cluster, as far as a request needs it. It has no types, since kafkajs keeps it to itself. */
interface Cluster {
  connect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  findControllerBroker(): Promise<{ readonly connectionPool: { send(request: object): Promise<unknown> } }>;
  findGroupCoordinator(options: { readonly groupId: string }): Promise<{ offsetCommit(request: object): Promise<unknown> }>;
  disconnect(): Promise<void>;
}
type ClusterOwner = Readonly<Record<symbol, (options: object) => Cluster>>;

/** How a commit says that it comes from nobody in the group; kept as long as the broker keeps any. */
const NO_MEMBER = { groupGenerationId: -1, memberId: '', retentionTime: -1 } as const;

/** Of a header with no tagged field. */
const NO_TAGS = Buffer.of(0);

/**
 * Sends one request over a connection of its own, logged in and encrypted as every other one; any broker hands it to the controller. Rejects with one
 * of our errors; `doing` completes "Kafka did not …".
 */
export function askBroker<Answer>(connection: ClusterConnection, doing: string, request: BrokerRequest<Answer>): Promise<Answer> {
  return onCluster(connection, doing, async (cluster) => {
    await cluster.refreshMetadata();
    const { connectionPool } = await cluster.findControllerBroker();
    return (await connectionPool.send(toKafkaJs(request))) as Answer;
  });
}

/** Where a group is to go on, by topic. */
export interface CommittedTopic {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
}

/**
 * Commits positions for a group as nobody of its members, in one request for all topics; the broker refuses that while the group has any. kafkajs's own call joins
 * the group once for each topic, which takes five seconds every time.
 */
export function commitOffsets(connection: ClusterConnection, group: string, topics: readonly CommittedTopic[]): Promise<void> {
  return onCluster(connection, 'move the positions of a group', async (cluster) => {
    const coordinator = await cluster.findGroupCoordinator({ groupId: group });
    await coordinator.offsetCommit({ groupId: group, ...NO_MEMBER, topics });
  });
}

export interface ClusterConnection {
  readonly config: KafkaConfig;
  readonly clientId: string;
  readonly logger: Logger;
}

/**
 * kafkajs's connection is used, through the door that its own clients take, so that there is one way to log in. A spec asks a real broker.
 */
async function onCluster<Answer>(
  { config, clientId, logger }: ClusterConnection,
  doing: string,
  work: (cluster: Cluster) => Promise<Answer>,
): Promise<Answer> {
  const limitMs = timeoutsOf(config).requestTimeoutMs * 3;
  const cluster = newCluster(createKafkaJs({ config, clientId, logger, retry: { retries: 1 } }));
  const asked = cluster.connect().then(() => work(cluster));
  try {
    return await withTimeout(limitMs, asked, () => new TimeoutError(`Kafka did not ${doing} within ${limitMs} ms.`));
  } catch (error) {
    asked.catch(() => undefined);
    throw translateKafkaError(error, doing);
  } finally {
    cluster.disconnect().catch(() => undefined);
  }
}

function newCluster(client: object): Cluster {
  const owner = client as ClusterOwner;
  const door = Object.getOwnPropertySymbols(owner).find(({ description }) => description === 'private:Kafka:createCluster');
  const open = door === undefined ? undefined : owner[door];
  if (open === undefined) throw new TypeError('This version of kafkajs has no cluster to ask.');
  return open({ metadataMaxAge: 300_000, allowAutoTopicCreation: false });
}

function toKafkaJs<Answer>({ apiKey, apiVersion, apiName, body, decode }: BrokerRequest<Answer>): object {
  const bytes = Buffer.concat([NO_TAGS, body]);
  return {
    request: { apiKey, apiVersion, apiName, encode: async () => ({ buf: bytes, buffer: bytes, size: () => bytes.length }) },
    response: { decode: async (raw: Buffer) => decode(raw.subarray(NO_TAGS.length)), parse: async (answer: Answer) => answer },
  };
}
