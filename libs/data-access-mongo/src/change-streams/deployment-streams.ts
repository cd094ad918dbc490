import { type Clock, type Logger } from '@caas/runtime';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type OperationMetrics } from '../client/metrics.js';
import { type MongoSettings } from '../client/mongo-config.js';
import { type WatchedClient } from '../client/open-client.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { type PlatformRepository } from '../repository/repository.js';
import { platformNamespace } from '../tenancy/namespaces.js';
import { ChangeStreams, STREAM_TIMES } from './change-streams.js';
import { type StreamDeadLetters, StoredDeadLetters } from './dead-letters.js';
import { DriverChangeSource } from './driver-change-source.js';
import { resumeTokens, type streamDeadLetters } from './stream-collections.js';

export interface ChangeStreamsOptions {
  /** Names the process; two never have the same. */
  readonly owner: string;
  /** Where changes go that their handler cannot handle; rows of `_stream_dead_letters` unless given. */
  readonly deadLetters?: StreamDeadLetters;
}

/** The part of a connected client that streams are made of. */
export interface DeploymentParts {
  readonly client: WatchedClient;
  readonly capabilities: ServerCapabilities;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: OperationMetrics;
  readonly settings: MongoSettings;
  readonly databasePrefix: string;
  readonly deadLetterRows: PlatformRepository<typeof streamDeadLetters>;
}

/** Streams over all databases of the deployment, where the server has those. See `Mongo.changeStreams`. */
export function deploymentStreams(parts: DeploymentParts, { owner, deadLetters }: ChangeStreamsOptions): ChangeStreams {
  const { client, capabilities, clock, logger, metrics, settings, databasePrefix, deadLetterRows } = parts;
  const { database, collection } = platformNamespace(resumeTokens.database, resumeTokens.name, { databasePrefix });
  const source = new DriverChangeSource({
    open: (pipeline, options) => client.driver.watch(pipeline, options),
    batchSize: settings.CHANGE_STREAM_BATCH_SIZE,
    maxAwaitMs: settings.CHANGE_STREAM_MAX_AWAIT_MS,
    preImages: capabilities.has('preImages'),
    databasePrefix,
  });
  return new ChangeStreams({
    source: capabilities.has('deploymentChangeStreams') ? source : undefined,
    rows: client.driver.db(database).collection<StoredDocument>(collection),
    deadLetters: deadLetters ?? new StoredDeadLetters(deadLetterRows, clock),
    times: STREAM_TIMES,
    metrics: metrics.streams,
    owner,
    clock,
    logger,
    databasePrefix,
  });
}
