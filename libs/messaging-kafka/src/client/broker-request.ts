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
  disconnect(): Promise<void>;
}
type ClusterOwner = Readonly<Record<symbol, (options: object) => Cluster>>;

/** Of a header with no tagged field. */
const NO_TAGS = Buffer.of(0);

/**
 * Sends one request over a connection of its own, logged in and encrypted as every other one; any broker hands it to the controller. Rejects with one
 * of our errors; `doing` completes "Kafka did not …". kafkajs's connection is used, through the door that its own clients take, so that there is one
 * way to log in. A spec asks a real broker.
 */
export async function askBroker<Answer>(
  { config, clientId, logger }: { config: KafkaConfig; clientId: string; logger: Logger },
  doing: string,
  request: BrokerRequest<Answer>,
): Promise<Answer> {
  const limitMs = timeoutsOf(config).requestTimeoutMs * 3;
  const cluster = newCluster(createKafkaJs({ config, clientId, logger, retry: { retries: 1 } }));
  const asked = (async () => {
    await cluster.connect();
    await cluster.refreshMetadata();
    const { connectionPool } = await cluster.findControllerBroker();
    return (await connectionPool.send(toKafkaJs(request))) as Answer;
  })();
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
