import { setTimeout as pause } from 'node:timers/promises';
import { AppError, type Clock, type CrashMarkers, isRetryable, type Logger, TimeoutError, type TypedEmitter } from '@caas/runtime';
import { type AdminConnection } from '../client/admin-connection.js';
import { isOutage } from '../client/errors.js';
import { type KafkaMetrics } from '../client/metrics.js';
import { type KafkaConfig, type KafkaEvents } from '../client/types.js';
import { parseTopic } from '../definitions/topic-names.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { type RetryAccess } from '../retry/retry-access.js';
import { trace } from '../retry/retry-headers.js';
import { type DeadLetterWriter } from '../dead-letters/dead-letter-writer.js';
import { type SchemaCatalogue } from '../registry/schema-catalogue.js';
import { BatchProcessor } from './batch-processor.js';
import { ChunkWorker } from './chunk-worker.js';
import { CrashBudget } from './crash-budget.js';
import { CrashGuard } from './crash-guard.js';
import { finishedCounter } from './finished-counter.js';
import { Housekeeping } from './housekeeping.js';
import { LagGauges } from './lag-gauges.js';
import { type Assignment, KafkaJsSession } from './kafkajs-session.js';
import { type Lag, LagMeter } from './lag.js';
import { type ConsumerOptions } from './options.js';
import { PausedFamilies } from './paused-families.js';
import { RecordDecoder } from './record-decoder.js';
import { requireTopics, topicsOf } from './topic-discovery.js';
import { type Consumer, type ConsumerDefinition, type ConsumerHealth } from './types.js';

export interface GroupConsumerOptions {
  readonly definition: ConsumerDefinition;
  readonly options: ConsumerOptions;
  readonly config: KafkaConfig;
  readonly clientId: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly metrics: KafkaMetrics;
  readonly admin: AdminConnection;
  readonly schemas: SchemaCatalogue;
  readonly deadLetters: DeadLetterWriter;
  readonly events: TypedEmitter<KafkaEvents>;
  readonly retries?: RetryAccess;
  readonly crashMarkers?: CrashMarkers;
  /** Another group and other topics than the definition's own: the retry topics, whose records are the definition's. */
  readonly reading?: { readonly group: string; readonly topics: readonly TopicDefinition[] };
}

/** A coordinator that moves or reads its log answers these. */
const COORDINATOR_BUSY = ['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP'];
/** A second apart. */
const FIRST_TRIES = 30;
const WATCH_INTERVAL_MS = 1_000;
/** Between tries to come back while Kafka is away. Not a crash: an outage must not end every worker. */
const REOPEN_MIN_MS = 500;
const REOPEN_MAX_MS = 5_000;
/** Tries of credentials that worked before: about a minute and a half. */
const REFUSALS_MAX = 20;

/**
 * {@link Consumer} over sessions of the client library. Restarts a crashed or silent session with growing pauses, begins a new one when
 * topics appear or go, measures lag, and reports `fatal` when restarting does not help.
 */
export class GroupConsumer implements Consumer {
  readonly #options: GroupConsumerOptions;
  readonly #group: string;
  readonly #reads: readonly TopicDefinition[];
  readonly #processor: BatchProcessor;
  readonly #budget: CrashBudget;
  readonly #decoders = new Map<string, RecordDecoder>();
  readonly #paused = new PausedFamilies();
  readonly #lag: LagMeter;
  readonly #gauges: LagGauges;
  #chores: Housekeeping | undefined;
  #session: KafkaJsSession | undefined;
  #topics: readonly string[] = [];
  #assignment: Assignment = {};
  #state: ConsumerHealth['state'] = 'stopped';
  #lagTotal: Pick<Lag, 'records' | 'seconds'> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: GroupConsumerOptions) {
    const { definition, schemas, deadLetters, logger, metrics, clock, retries, reading, crashMarkers: markers } = options;
    this.#options = options;
    this.#group = reading?.group ?? definition.group;
    this.#reads = reading?.topics ?? definition.topics;
    this.#budget = new CrashBudget(clock);
    for (const topic of definition.topics) this.#decoders.set(topic.family, new RecordDecoder(topic, schemas.decodersOf(topic)));
    const onFinished = finishedCounter(metrics, this.#group, clock);
    this.#processor = new BatchProcessor({
      definition,
      options: options.options,
      metrics,
      logger,
      clock,
      worker: new ChunkWorker({ definition, deadLetters, logger, clock, onFinished, ...(retries === undefined ? {} : { retries }) }),
      decoderOf: (topic) => this.#decoderOf(topic),
      ...(markers === undefined ? {} : { guard: new CrashGuard({ markers, group: this.#group, logger }) }),
      ...(reading === undefined ? {} : { dueAt: (record) => trace(record)?.notBefore ?? 0 }),
      isPaused: (topic) => this.#paused.has(topic),
      onStuck: (error) => this.#fail(error),
    });
    const { admin } = options;
    const waitingSince = (topic: string, partition: number): number | undefined => this.#processor.waitingSince(topic, partition);
    const startsAtEnd = definition.startFrom === 'latest';
    this.#lag = new LagMeter({ admin, group: this.#group, clock, startsAtEnd, waitingSince });
    this.#gauges = new LagGauges(metrics, this.#group);
  }

  async start(): Promise<void> {
    if (this.#state !== 'stopped') return;
    const { options, logger } = this.#options;
    this.#stopping = undefined;
    this.#state = 'joining';
    try {
      await this.#openFirst();
    } catch (error) {
      this.#state = 'stopped';
      throw error;
    }
    this.#chores = new Housekeeping((error) => logger.warn({ err: error, group: this.#group }, 'housekeeping failed'));
    this.#chores.every(options.discoveryIntervalMs, () => this.#rediscover());
    this.#chores.every(options.lagIntervalMs, () => this.#measure());
    this.#chores.every(WATCH_INTERVAL_MS, () => this.#watch());
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  pause(family?: string): void {
    this.#paused.pause(family);
    this.#applyPauses();
  }

  resume(family?: string): void {
    this.#paused.resume(family);
    this.#applyPauses();
  }

  health(): ConsumerHealth {
    return {
      group: this.#group,
      state: this.#state,
      assignment: this.#assignment,
      pausedPartitions: this.#pausedPartitions(),
      pausedByRequest: this.#paused.asked,
      ...(this.#lagTotal === undefined ? {} : { lagRecords: this.#lagTotal.records, lagSeconds: this.#lagTotal.seconds }),
      crashes: this.#budget.recent,
    };
  }

  lookForTopics(): Promise<void> {
    return this.#rediscover();
  }

  /** A cluster that has just begun has its coordinators still to read; that is no reason to end the process. Anything else is told at once. */
  async #openFirst(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#open();
      } catch (error) {
        const reason = error instanceof AppError ? error.details.reason : undefined;
        if (attempt >= FIRST_TRIES || typeof reason !== 'string' || !COORDINATOR_BUSY.includes(reason)) throw error;
        this.#options.logger.info({ group: this.#group, reason, attempt }, 'the coordinator of the group is not ready yet');
        await pause(REOPEN_MIN_MS * 2);
      }
    }
  }

  async #open(): Promise<void> {
    const { definition, admin, config, clientId, logger, options } = this.#options;
    const topics = topicsOf(this.#reads, (await admin.partitionCounts()).keys());
    requireTopics(this.#reads, topics);
    if (this.#isEnding()) return;
    const session = new KafkaJsSession({
      config,
      clientId,
      logger,
      group: this.#group,
      options,
      partitionsAtOnce: definition.partitionsAtOnce ?? 4,
      fromBeginning: definition.startFrom !== 'latest',
      onBatch: (batch) => this.#processor.process(batch),
      onJoined: (assignment) => this.#onJoined(assignment),
      onCrash: (error) => {
        if (this.#session === session) this.#onCrash(error);
      },
    });
    this.#session = session;
    this.#topics = topics;
    await session.start(topics);
    if (this.#isEnding()) return;
    this.#state = 'running';
    this.#tell(true);
  }

  #onJoined(assignment: Assignment): void {
    const { metrics, logger } = this.#options;
    this.#processor.reset();
    this.#options.retries?.parked.invalidate();
    this.#assignment = assignment;
    metrics.consumerRebalances.labels(this.#group).inc();
    logger.info({ group: this.#group, assignment }, 'group joined');
    this.#applyPauses();
  }

  /** A joined session ended by itself. */
  #onCrash(error: unknown): void {
    if (this.#isEnding()) return;
    // Brokers that are away end every session there is, again and again: that must not end every worker.
    const pauseMs = isOutage(error) ? REOPEN_MIN_MS : this.#budget.record();
    this.#lose(error);
    this.#options.logger.error({ err: error, group: this.#group, restart_in_ms: pauseMs }, 'consumer crashed');
    if (pauseMs === undefined) return this.#fail(error);
    this.#reopenAfter(pauseMs, 1);
  }

  /**
   * Tries until Kafka is back; gives up only on what no waiting heals, such as refused credentials. Once is no proof of that: a broker that starts refuses
   * everybody until it has read who there is.
   */
  #reopenAfter(pauseMs: number, attempt: number): void {
    this.#state = 'restarting';
    this.#chores?.after(pauseMs, async () => {
      try {
        await this.#open();
      } catch (error) {
        if (!isRetryable(error) && attempt >= REFUSALS_MAX) return this.#fail(error);
        this.#options.logger.warn({ err: error, group: this.#group, attempt }, 'consumer not back yet');
        this.#reopenAfter(Math.min(REOPEN_MIN_MS * 2 ** attempt, REOPEN_MAX_MS), attempt + 1);
      }
    });
  }

  #lose(error?: unknown): void {
    this.#processor.reset();
    this.#session = undefined;
    this.#assignment = {};
    this.#lagTotal = undefined;
    this.#gauges.show([]);
    this.#tell(false, error);
  }

  #fail(error: unknown): void {
    const { events, logger } = this.#options;
    this.#state = 'failed';
    logger.fatal({ err: error, group: this.#group }, 'consumer cannot go on');
    events.emit('fatal', { group: this.#group, error });
  }

  async #stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopping';
    this.#chores?.end();
    await this.#leave(this.#session);
    this.#lose();
    this.#state = 'stopped';
  }

  /** Ends a session within the time limit; handlers that need longer are told that their work is given up. */
  async #leave(session: KafkaJsSession | undefined): Promise<void> {
    try {
      await session?.stop(this.#options.options.stopTimeoutMs);
    } catch (error) {
      this.#processor.abort();
      this.#options.logger.warn({ err: error, group: this.#group }, 'left without finishing');
    }
  }

  /** A new session when topics were added or removed: the library matches topics only once, and a deleted one makes it fail. */
  async #rediscover(): Promise<void> {
    if (this.#state !== 'running') return;
    const { admin, logger } = this.#options;
    const topics = topicsOf(this.#reads, (await admin.partitionCounts()).keys());
    if (topics.length === 0 || topics.join() === this.#topics.join() || this.#session === undefined) return;
    logger.info({ group: this.#group, topics: topics.length }, 'topics changed');
    await this.renew();
  }

  /** Joins anew, with the credentials now in force. What is begun is finished and committed first. Does nothing unless it is running. */
  async renew(): Promise<void> {
    if (this.#state !== 'running' || this.#session === undefined) return;
    const old = this.#session;
    this.#state = 'joining';
    this.#session = undefined;
    await this.#leave(old);
    if (!this.#isEnding()) this.#reopenAfter(0, 1);
  }

  async #measure(): Promise<void> {
    if (this.#state !== 'running') return;
    const { admin, metrics } = this.#options;
    metrics.consumerInflight.set({ group: this.#group }, this.#processor.inflightRecords);
    metrics.consumerPaused.set({ group: this.#group }, this.#pausedPartitions());
    const lags = await this.#lag.measure(this.#assignment);
    this.#lagTotal = {
      records: lags.reduce((sum, { records }) => sum + records, 0),
      seconds: lags.reduce((oldest, { seconds }) => Math.max(oldest, seconds), 0),
    };
    this.#gauges.show(lags);
    const { groups } = await admin.ask('describe a group', (client) => client.describeGroups([this.#group]));
    for (const { state, members } of groups) this.#gauges.showMembers(state, members.length);
  }

  /** The library can wait for ever on a link that is dead without a close. */
  async #watch(): Promise<void> {
    const session = this.#session;
    const { stallMs } = this.#options.options;
    if (this.#state !== 'running' || session === undefined || session.silentMs < stallMs) return;
    session.stop(1_000).catch(() => undefined);
    this.#onCrash(new TimeoutError(`Kafka answered nothing for ${stallMs} ms.`));
  }

  #decoderOf(topic: string): { decoder: RecordDecoder; family: string } | undefined {
    const family = parseTopic(topic)?.family ?? topic;
    const decoder = this.#decoders.get(family);
    return decoder === undefined ? undefined : { decoder, family };
  }

  #applyPauses(): void {
    for (const [topic, partitions] of Object.entries(this.#assignment)) {
      if (this.#paused.has(topic)) this.#session?.pause(topic, partitions);
      else this.#session?.resume(topic, partitions);
    }
  }

  #pausedPartitions(): number {
    const asked = Object.entries(this.#assignment).filter(([topic]) => this.#paused.has(topic));
    return asked.reduce((sum, [, partitions]) => sum + partitions.length, this.#processor.waitingPartitions);
  }

  #isEnding(): boolean {
    return this.#state === 'stopping' || this.#state === 'stopped' || this.#state === 'failed';
  }

  #tell(connected: boolean, error?: unknown): void {
    const { clientId, metrics, events } = this.#options;
    metrics.connected.set({ client: clientId, role: 'consumer' }, connected ? 1 : 0);
    events.emit(connected ? 'connected' : 'disconnected', {
      role: 'consumer',
      client: clientId,
      ...(error === undefined ? {} : { error }),
    });
  }
}
