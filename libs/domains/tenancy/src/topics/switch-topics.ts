import { setTimeout as pause } from 'node:timers/promises';
import { type GroupReads, resolveTopic } from '@caas/messaging-kafka';
import { ConflictError, isRetryable, type TenantTopics, type TopicPlace } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { type LifecycleEnvironment, wrongState } from '../lifecycle/lifecycle-operation.js';
import { type SagaContext } from '../lifecycle/saga.js';
import { ClosedFence } from '../migration/closed-fence.js';
import { FENCE_MS, MEMBER_LEASE_MS } from '../migration/fence-notice.js';
import { mongoFenceRecords } from '../migration/fence-records.js';
import { readClient } from '../migration/move-plan.js';
import { type SaasClient, saasClients } from '../tenants/tenants.collection.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';
import { comeClose, readToTheEnd } from './read-topics.js';
import { type TopicParts } from './topic-parts.js';
import { topicsEpochOf, topicsOf } from './topics-of.js';

export interface SwitchOptions {
  readonly environment: LifecycleEnvironment;
  readonly parts: TopicParts;
  readonly clientId: string;
  readonly place: TopicPlace;
}

const SEEN_AFTER_MS = 6_000;
const READERS_WITHIN_MS = 90_000;
/** A consumer that is further behind than it can catch up with in this time is not waited for while senders wait. */
const READ_WITHIN_MS = 60_000;
const ATTEMPTS_MAX = 3;
/** Kept of the fence's time for the flip itself. */
const FLIP_RESERVE_MS = 1_500;
/** What followed from the last records is waited for no longer once the tenant has moved. */
const LAST_READ_MS = 1_000;

/** Creates the topics at the new place. Idempotent; nothing writes to them yet. */
export async function prepareTopics({ environment, parts, clientId, place }: SwitchOptions): Promise<void> {
  const client = await readClient(environment.mongo, clientId);
  if (topicsOf(client).place === place) return;
  await parts.topics.apply(parts.definitions, { tenants: [placed(client, next(client, place))] });
}

/**
 * Moves a tenant's topics while it is written to. Senders are held back, everything in the old place is read to its end, and one update of the tenant's record
 * names the new place; only then does anybody write there, so nothing in the new place can be read before what came earlier. An attempt that does not
 * get there in time lets senders go on where they were. See docs/decisions/0016-topics-move-behind-a-fence.md.
 *
 * Rejects with a retryable `UnavailableError` when consumers do not read the old place to its end or a process does not answer; then nothing has changed.
 */
export async function switchTopics(context: SagaContext, options: SwitchOptions): Promise<void> {
  const { environment, parts, clientId, place } = options;
  const client = await readClient(environment.mongo, clientId);
  if (topicsOf(client).place === place) return environment.tenants.invalidate(parseTenantId(clientId));
  const seenAt = await markMigrating(client, options);
  try {
    const groups = await parts.groups();
    const target = topicNames(parts, placed(client, next(client, place)));
    await parts.topics.untilAssigned(target, {
      groups,
      withinMs: parts.readersWithinMs ?? READERS_WITHIN_MS,
      signal: context.signal,
    });
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await trySwitch(context, { ...options, groups, seenAt });
      } catch (error) {
        if (!isRetryable(error) || attempt >= ATTEMPTS_MAX) throw error;
        environment.logger.warn({ err: error, attempt }, 'topics of a tenant could not be switched; it is tried again');
      }
    }
  } catch (error) {
    await unmark(options);
    throw error;
  }
}

async function trySwitch(
  context: SagaContext,
  options: SwitchOptions & { readonly groups: readonly GroupReads[]; readonly seenAt: number },
): Promise<void> {
  const { environment, parts, clientId, place, groups, seenAt } = options;
  const { mongo, clock, faults } = environment;
  const { topics } = parts;
  const memory = await parts.board.state('none');
  const takenAt = performance.now();
  const before = await readClient(mongo, clientId);
  const [from, to] = [topicsOf(before), next(before, place)];
  const old = topicNames(parts, placed(before, from));
  await comeClose(old, { topics, groups, withinMs: parts.readWithinMs ?? READ_WITHIN_MS, signal: context.signal });
  await pause(Math.max(0, seenAt - clock.now(), takenAt + MEMBER_LEASE_MS - performance.now()));

  const tenantId = parseTenantId(clientId);
  const marked = await readClient(mongo, clientId);
  const { __v: version } = marked;
  if (topicsEpochOf(marked) !== from.epoch) throw new ConflictError('The topics have been moved by somebody else.', { code: 'RES_STATE' });
  const fence = await ClosedFence.close(parts.board, { tenantId, epoch: from.epoch, version, since: memory.since });
  try {
    faults?.('after-fence-closed');
    const until = performance.now() + FENCE_MS - FLIP_RESERVE_MS - fence.elapsedMs;
    await readToTheEnd(old, { topics, groups, until, signal: context.signal });
    faults?.('before-flip');
    const set = { topics: to, 'provisioning.state': 'ready' as const };
    const result = { ...context.operation.result, topics: { from: { ...from }, to: { ...to }, at: clock.now() } };
    await context.log.recordWith({ result }, async () => {
      await mongo.platform(saasClients).update(clientId, { set }, { expectedVersion: version });
    });
    faults?.('after-flip');
  } catch (error) {
    // Whatever became of the flip, from here on it cannot happen any more without being seen.
    const epoch = await mongoFenceRecords(mongo, topicsEpochOf).settle(tenantId, version);
    if (epoch !== to.epoch) {
      await fence.open();
      throw error;
    }
  }
  await release(fence, { ...options, epoch: to.epoch, old });
}

/** Lets everybody know the new place, gives what followed from the last records a moment to be read, then lets senders go on. */
async function release(
  fence: ClosedFence,
  {
    environment,
    parts,
    clientId,
    groups,
    epoch,
    old,
  }: SwitchOptions & { groups: readonly GroupReads[]; epoch: number; old: readonly string[] },
): Promise<void> {
  try {
    // On the same connection before the notice: whoever acknowledges that has forgotten the old place.
    await environment.tenants.invalidate(parseTenantId(clientId));
    await fence.moved(epoch);
    await parts.topics.untilRead(old, { groups, withinMs: LAST_READ_MS }).catch((error: unknown) => {
      environment.logger.warn({ err: error }, 'the old topics of a tenant hold records that came while it moved');
    });
    await fence.open();
  } catch (error) {
    environment.logger.warn({ err: error }, 'the topics of a tenant have moved, and not every process could be told');
  }
}

/** Marks the tenant, so that a process that cannot hear the board refuses to send. Resolves with when every process has seen it, by the clock. */
async function markMigrating(client: SaasClient, { environment, parts, clientId }: SwitchOptions): Promise<number> {
  const { mongo, clock, tenants } = environment;
  const { state } = client.provisioning;
  if (state !== 'ready' && state !== 'migrating') throw wrongState('The topics of this tenant cannot move.', client);
  const set = { 'provisioning.state': 'migrating' as const };
  if (state === 'ready') await mongo.platform(saasClients).update(clientId, { set }, { expectedVersion: client.__v });
  await tenants.invalidate(parseTenantId(clientId));
  return clock.now() + (parts.seenAfterMs ?? SEEN_AFTER_MS);
}

async function unmark({ environment: { mongo, tenants }, clientId, place }: SwitchOptions): Promise<void> {
  const client = await readClient(mongo, clientId);
  if (client.provisioning.state !== 'migrating' || topicsOf(client).place === place) return;
  await mongo.platform(saasClients).update(clientId, { set: { 'provisioning.state': 'ready' } }, { expectedVersion: client.__v });
  await tenants.invalidate(parseTenantId(clientId));
}

const next = (client: SaasClient, place: TopicPlace): TenantTopics => ({ place, epoch: topicsEpochOf(client) + 1 });
const placed = (client: SaasClient, topics: TenantTopics) => ({ ...toTenantContext(client), topics });
const topicNames = ({ definitions }: TopicParts, tenant: ReturnType<typeof placed>): readonly string[] =>
  definitions.map(({ family }) => resolveTopic(family, tenant).topic);
