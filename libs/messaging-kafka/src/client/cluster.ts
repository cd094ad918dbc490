import { type Kafka as KafkaJs } from 'kafkajs';
import { type RawHeaders } from '../consumer/raw-record.js';

export interface FetchedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: RawHeaders;
  readonly timestamp: string;
}

/** What kafkajs keeps to itself: requests to a chosen broker, without a consumer group. */
export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Learns which brokers there are. */
  refreshMetadata(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, readonly number[]>>;
  findBroker(options: { nodeId: string }): Promise<Broker>;
  findControllerBroker(): Promise<Broker>;
}

export interface Broker {
  fetch(request: object): Promise<{
    readonly responses: readonly { readonly partitions: readonly { readonly messages: readonly FetchedMessage[] }[] }[];
  }>;
  findGroupCoordinator(request: { readonly groupId: string }): Promise<unknown>;
}

/** A cluster of a client, with connections of its own. */
export function clusterOf(client: KafkaJs): Cluster {
  const create = Object.getOwnPropertySymbols(client).find(({ description }) => description === 'private:Kafka:createCluster');
  if (create === undefined) throw new TypeError('This version of kafkajs makes its clusters in another way.');
  return (client as unknown as Record<symbol, (options: object) => Cluster>)[create]!({ allowAutoTopicCreation: false });
}
