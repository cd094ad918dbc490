import { type Clock, type EntryPublisher, type Logger, type Metrics, type TenantContext } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type WatchedClient } from '../client/open-client.js';
import { resumeTokens } from '../change-streams/stream-collections.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { type PlatformRepository } from '../repository/repository.js';
import { platformNamespace } from '../tenancy/namespaces.js';
import { type eventOutbox } from './event-outbox.collection.js';
import { OutboxQueue } from './outbox-queue.js';
import { OutboxRelay, RELAY_TIMES, type RelayTimes } from './outbox-relay.js';
import { isProven, type ProofReaders } from './proven-change.js';
import { createRelayMetrics } from './relay-metrics.js';

export interface OutboxRelayOptions {
  /** Names the process; two never have the same. */
  readonly owner: string;
  readonly publisher: EntryPublisher;
  readonly metrics: Metrics;
  /** The tenant whatever its state; `undefined` for one that is gone with its data. */
  readonly tenantOf: (tenantId: TenantId) => Promise<TenantContext | undefined>;
  /** Other times than production's; for specs. */
  readonly times?: Partial<RelayTimes>;
}

/** The part of a connected client that the relay is made of. */
export interface RelayDeployment extends Omit<ProofReaders, 'tenantOf'> {
  readonly client: WatchedClient;
  readonly capabilities: ServerCapabilities;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly databasePrefix: string;
  readonly rows: PlatformRepository<typeof eventOutbox>;
}

/** The relay over the outbox of the deployment. See `Mongo.outboxRelay`. */
export function deploymentRelay(parts: RelayDeployment, { owner, publisher, metrics, tenantOf, times }: OutboxRelayOptions): OutboxRelay {
  const { client, capabilities, clock, databasePrefix, rows } = parts;
  const { database, collection } = platformNamespace(resumeTokens.database, resumeTokens.name, { databasePrefix });
  const watch = (onNews: () => void, signal: AbortSignal): Promise<void> =>
    rows.watch(() => onNews(), { signal, operations: ['insert', 'update'], onOpen: onNews });
  return new OutboxRelay({
    queue: new OutboxQueue(rows, clock),
    publisher,
    wasMade: (proof) => isProven(proof, { ...parts, tenantOf }),
    leaseRows: client.driver.db(database).collection<StoredDocument>(collection),
    owner,
    times: { ...RELAY_TIMES, ...times },
    clock,
    logger: parts.logger.child({ module: 'outbox' }),
    metrics: createRelayMetrics(metrics),
    ...(capabilities.has('changeStreams') ? { watch } : {}),
  });
}
