import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, UnavailableError } from '@caas/runtime';
import kafkajs, { type Admin } from 'kafkajs';
import { type AdminConnection } from '../client/admin-connection.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { parseTopic } from '../definitions/topic-names.js';
import { topicsOf } from '../consumer/topic-discovery.js';
import { type DesiredTopic, desiredTopics } from './desired-topics.js';
import { diffTopic, type LiveTopic } from './topic-diff.js';
import { describeTopics } from './describe-topics.js';
import { liveTopics } from './live-topics.js';
import { TopicReads } from './topic-reads.js';
import {
  type ReadOptions,
  type TopicAdmin,
  type TopicChange,
  type TopicDescription,
  type TopicReport,
  type TopicScopeOptions,
} from './types.js';

export interface KafkaTopicAdminOptions {
  readonly admin: AdminConnection;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  readonly logger: Logger;
  /** Told after topics were created. */
  readonly onCreated: () => void;
}

const TOPIC_RESOURCE = kafkajs.ConfigResourceTypes.TOPIC;
const READY_WITHIN_MS = 30_000;
const READY_POLL_MS = 100;
const CREATE_TIMEOUT_MS = 30_000;

/** {@link TopicAdmin} over one admin connection. */
export class KafkaTopicAdmin implements TopicAdmin {
  readonly #options: KafkaTopicAdminOptions;
  readonly #reads: TopicReads;

  constructor(options: KafkaTopicAdminOptions) {
    this.#options = options;
    this.#reads = new TopicReads(options.admin);
  }

  async diff(definitions: readonly TopicDefinition[], options: TopicScopeOptions = {}): Promise<readonly TopicChange[]> {
    const desired = this.#desired(definitions, options);
    const live = await this.#live(desired);
    return desired.flatMap((topic) => diffTopic(topic, live.get(topic.topic), this.#options.replicationFactor));
  }

  async apply(
    definitions: readonly TopicDefinition[],
    options: TopicScopeOptions & { readonly dryRun?: boolean } = {},
  ): Promise<TopicReport> {
    const desired = this.#desired(definitions, options);
    const live = await this.#live(desired);
    const changes = desired.flatMap((topic) => diffTopic(topic, live.get(topic.topic), this.#options.replicationFactor));
    const applied = changes.filter(({ kind }) => kind === 'create' || kind === 'alter_config');
    const others: TopicChange[] = [];
    if (options.dryRun !== true) {
      others.push(...(await this.#create(applied, desired)));
      await this.#alter(applied, live);
    }
    const changed = new Set(changes.map(({ topic }) => topic));
    return {
      applied,
      reported: [...changes.filter((change) => !applied.includes(change)), ...others],
      unchanged: desired.map(({ topic }) => topic).filter((topic) => !changed.has(topic)),
    };
  }

  async list(definitions: readonly TopicDefinition[]): Promise<readonly string[]> {
    return topicsOf(definitions, (await this.#options.admin.partitionCounts()).keys());
  }

  async describe(definitions: readonly TopicDefinition[]): Promise<readonly TopicDescription[]> {
    const { admin, replicationFactor, minInsyncReplicas } = this.#options;
    return describeTopics(definitions, { admin, replicationFactor, minInsyncReplicas });
  }

  async untilRead(topics: readonly string[], options: ReadOptions): Promise<void> {
    const present = await this.#present(topics);
    if (present.length > 0) await this.#reads.untilRead(present, options);
  }

  untilAssigned(topics: readonly string[], options: ReadOptions): Promise<boolean> {
    return this.#reads.untilAssigned(topics, options);
  }

  async removeDedicated(topics: readonly string[]): Promise<readonly string[]> {
    const foreign = topics.find((topic) => parseTopic(topic)?.placement !== 'dedicated');
    if (foreign !== undefined) throw new TypeError(`The topic ${foreign} is not of one tenant alone.`);
    const present = await this.#present(topics);
    if (present.length === 0) return [];
    await this.#options.admin.ask('delete topics', (client) => client.deleteTopics({ topics: [...present], timeout: CREATE_TIMEOUT_MS }));
    this.#options.logger.info({ topics: present }, 'topics deleted');
    return present;
  }

  async #present(topics: readonly string[]): Promise<readonly string[]> {
    const existing = await this.#options.admin.partitionCounts();
    return topics.filter((topic) => existing.has(topic));
  }

  #desired(definitions: readonly TopicDefinition[], options: TopicScopeOptions): readonly DesiredTopic[] {
    return desiredTopics(definitions, { ...options, minInsyncReplicas: this.#options.minInsyncReplicas });
  }

  /** Those of the desired topics that exist, as they are. */
  #live(desired: readonly DesiredTopic[]): Promise<ReadonlyMap<string, LiveTopic>> {
    const wanted = new Set(desired.map(({ topic }) => topic));
    return liveTopics(this.#options.admin, (topic) => wanted.has(topic));
  }

  /** What another process has created meanwhile counts as done only when it is as defined; resolves with how it differs. */
  async #create(changes: readonly TopicChange[], desired: readonly DesiredTopic[]): Promise<readonly TopicChange[]> {
    const creations = changes.filter((change) => change.kind === 'create');
    if (creations.length === 0) return [];
    const { admin, logger, onCreated, replicationFactor } = this.#options;
    const isOurs = await admin.ask(
      'create topics',
      // Resolves with false when all that could not be created exist by now.
      (client) =>
        client.createTopics({
          waitForLeaders: false,
          timeout: CREATE_TIMEOUT_MS,
          topics: creations.map(({ topic, partitions, replicationFactor, config }) => ({
            topic,
            numPartitions: partitions,
            replicationFactor,
            configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
          })),
        }),
      CREATE_TIMEOUT_MS,
    );
    await this.#untilReady(creations.map(({ topic }) => topic));
    logger.info({ topics: creations.map(({ topic }) => topic) }, 'topics created');
    onCreated();
    if (isOurs) return [];
    const created = new Set(creations.map(({ topic }) => topic));
    const wanted = desired.filter(({ topic }) => created.has(topic));
    const live = await this.#live(wanted);
    return wanted.flatMap((topic) => diffTopic(topic, live.get(topic.topic), replicationFactor));
  }

  /** Kafka's old AlterConfigs replaces everything that is set on a topic, so what is set besides the definition is sent along. */
  async #alter(changes: readonly TopicChange[], live: ReadonlyMap<string, LiveTopic>): Promise<void> {
    const alterations = changes.filter((change) => change.kind === 'alter_config');
    if (alterations.length === 0) return;
    await this.#options.admin.ask('alter topics', (client) =>
      client.alterConfigs({
        validateOnly: false,
        resources: alterations.map(({ topic, changes: drift }) => ({
          type: TOPIC_RESOURCE,
          name: topic,
          configEntries: Object.entries({
            ...live.get(topic)?.overrides,
            ...Object.fromEntries(drift.map(({ name, to }) => [name, to])),
          }).map(([name, value]) => ({ name, value })),
        })),
      }),
    );
    this.#options.logger.info({ topics: alterations.map(({ topic }) => topic) }, 'topics altered');
  }

  async #untilReady(topics: readonly string[]): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    const waiting = new Set(topics);
    while (waiting.size > 0) {
      // While leaders are elected the metadata request itself fails.
      const ready = await this.#options.admin.ask('describe its topics', readyTopics).catch(() => [] as string[]);
      for (const topic of ready) waiting.delete(topic);
      if (waiting.size === 0) return;
      if (performance.now() > deadline) {
        throw new UnavailableError(`Topics without a leader or full replicas after ${READY_WITHIN_MS} ms: ${[...waiting].join(', ')}.`);
      }
      await pause(READY_POLL_MS);
    }
  }
}

async function readyTopics(admin: Admin): Promise<string[]> {
  const { topics } = await admin.fetchTopicMetadata();
  return topics
    .filter(({ partitions }) => partitions.every(({ leader, isr, replicas }) => leader >= 0 && isr.length === replicas.length))
    .map(({ name }) => name);
}
