import { AppError, type Logger, type ServerExamination, type ServerFault, serverFaultOf } from '@caas/runtime';
import { AdminConnection } from './admin-connection.js';
import { type KafkaConfig } from './types.js';

/** One broker, asked alone. */
export interface BrokerExamination extends ServerExamination {
  /** `host:port`. */
  readonly address: string;
  /** Where it was found: in the configuration, or announced by another broker. */
  readonly from: 'configuration' | 'cluster';
}

/** What looking at Kafka came to. Brokers do not tell the time. */
export interface KafkaExamination {
  readonly brokers: readonly BrokerExamination[];
  /** Brokers that the cluster counts as alive; absent when none was asked successfully. */
  readonly alive?: number;
}

export interface ExamineKafkaOptions {
  readonly config: KafkaConfig;
  readonly clientId: string;
  readonly logger: Logger;
  /** Milliseconds for each broker. */
  readonly timeoutMs: number;
}

interface Asked extends BrokerExamination {
  /** Every living broker, as this one knows them. */
  readonly announced: readonly string[];
}

/**
 * Logs in at every broker by itself: those of the configuration, and those that they announce. One answer says nothing about the others, and a client that found one
 * broker never tells that another one is away. Never rejects, changes nothing and leaves no connection open.
 */
export async function examineKafka(options: ExamineKafkaOptions): Promise<KafkaExamination> {
  const configured = [...new Set(options.config.brokers)];
  const first = await Promise.all(configured.map((address) => ask(address, 'configuration', options)));
  const announced = new Set(first.flatMap((broker) => broker.announced));
  const others = [...announced].filter((address) => !configured.includes(address));
  const second = await Promise.all(others.map((address) => ask(address, 'cluster', options)));
  const brokers = [...first, ...second].map(({ announced: _, ...broker }) => broker);
  return { brokers, ...(announced.size > 0 && { alive: announced.size }) };
}

async function ask(
  address: string,
  from: BrokerExamination['from'],
  { config, clientId, logger, timeoutMs }: ExamineKafkaOptions,
): Promise<Asked> {
  const patience = { requestTimeoutMs: timeoutMs, connectionTimeoutMs: timeoutMs };
  const admin = new AdminConnection({ config: { ...config, brokers: [address], ...patience }, clientId, logger });
  const started = performance.now();
  try {
    const { brokers } = await admin.ask('answer', (client) => client.describeCluster(), timeoutMs);
    const latencyMs = Math.round(performance.now() - started);
    return { address, from, latencyMs, announced: brokers.map(({ host, port }) => `${host}:${port}`) };
  } catch (error) {
    return { address, from, fault: kafkaFaultOf(error), announced: [] };
  } finally {
    await admin.close();
  }
}

function kafkaFaultOf(error: unknown): ServerFault {
  const refused = error instanceof AppError && error.details.reason === 'KAFKA_ACCESS_REFUSED';
  return refused ? { kind: 'access_refused', said: error.message } : serverFaultOf(error);
}
