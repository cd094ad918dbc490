import { type BackgroundJob } from '@caas/composition';
import { type TenantPlacement, type TopicAdmin, type TopicChange, type TopicDefinition, topicPlaceOf } from '@caas/messaging-kafka';
import { type Logger, type Metrics } from '@caas/runtime';

export interface TopicDriftOptions {
  readonly topics: Pick<TopicAdmin, 'apply' | 'diff'>;
  readonly definitions: readonly TopicDefinition[];
  /** Every tenant; those with topics of their own are picked. */
  readonly tenants: () => AsyncIterable<TenantPlacement>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const EVERY_MS = 86_400_000;
const KINDS = ['create', 'alter_config', 'fewer_partitions', 'more_partitions', 'other_replication'] as const;

/**
 * Holds the cluster's topics against their definitions when the process starts and once a day. Creates what is missing and mends settings where the process
 * may; what it may not, and what needs a person (partition counts, copies), is logged and counted in `caas_topic_drift`.
 */
export class TopicDrift implements BackgroundJob {
  readonly name = 'topic-drift';
  readonly #options: TopicDriftOptions;
  readonly #gauge: { set(labels: { kind: string }, value: number): void };
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> | undefined;

  constructor(options: TopicDriftOptions) {
    this.#options = options;
    this.#gauge = options.metrics.gauge({
      name: 'caas_topic_drift',
      help: 'Topics that are not as defined, by how they differ; absent until the first check',
      labels: ['kind'],
    });
  }

  start(): void {
    this.#timer = setInterval(() => this.#begin(), EVERY_MS).unref();
    this.#begin();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#checking;
  }

  /** One check. Resolves with what still differs afterwards. */
  async check(): Promise<readonly TopicChange[]> {
    const { topics, definitions, logger } = this.#options;
    const tenants: TenantPlacement[] = [];
    for await (const tenant of this.#options.tenants()) if (topicPlaceOf(tenant) === 'dedicated') tenants.push(tenant);
    const left = await topics.apply(definitions, { tenants }).then(
      ({ reported }) => reported,
      (error: unknown) => {
        logger.warn({ err: error }, 'topics cannot be mended by this process');
        return topics.diff(definitions, { tenants });
      },
    );
    for (const kind of KINDS) this.#gauge.set({ kind }, left.filter((change) => change.kind === kind).length);
    for (const { kind, topic } of left) logger.warn({ kind, topic }, 'a topic is not as defined');
    return left;
  }

  #begin(): void {
    this.#checking = this.check().then(
      () => undefined,
      (error: unknown) => this.#options.logger.error({ err: error }, 'topics could not be compared with their definitions'),
    );
  }
}
