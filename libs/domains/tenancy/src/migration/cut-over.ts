import { setTimeout as pause } from 'node:timers/promises';
import { type FenceBoard } from '@caas/data-access-redis';
import { ConflictError, isRetryable } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { type LifecycleEnvironment } from '../lifecycle/lifecycle-operation.js';
import { eventIdOf } from '../lifecycle/operation-events.js';
import { type SagaContext } from '../lifecycle/saga.js';
import { ClosedFence } from './closed-fence.js';
import { lastPass, pass, type PassOptions, type PassResult } from './copy-rows.js';
import { FENCE_MS, MEMBER_LEASE_MS } from './fence-notice.js';
import { mongoFenceRecords } from './fence-records.js';
import { flip } from './flip.js';
import { factsOf, placesOf, readClient } from './move-plan.js';

/** What cutting over works with. */
export interface CutOverOptions extends Omit<PassOptions, 'signal'> {
  readonly environment: LifecycleEnvironment;
  readonly board: FenceBoard;
  readonly clientId: string;
  readonly keepDays: number;
}

const ATTEMPTS_MAX = 3;
/** Passes without a pause for writers before the fence; a pass that changed little means that the next one will, too. */
const PASSES_MAX = 5;
const CHANGES_FEW = 100;
/** Part of the fence's time that the last pass may be expected to take. */
const PASS_SHARE_MAX = 0.6;
/** Kept of the fence's time for the flip itself. */
const FLIP_RESERVE_MS = 1_500;

/**
 * Brings the new place close to the old one, holds writes back, brings it level, proves that it is, and flips the tenant's record. An attempt that does
 * not get there in time lets writes pass again and is repeated, three times at most. Rejects with `UnavailableError` when none succeeded, and with
 * `ConflictError` (reason `fence_too_short`) when the tenant has more than can be compared while writes wait.
 */
export async function cutOver(context: SagaContext, options: CutOverOptions): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryCutOver(context, options);
    } catch (error) {
      if (!isRetryable(error) || attempt >= ATTEMPTS_MAX) throw error;
      options.environment.logger.warn({ err: error, attempt }, 'a tenant could not be cut over; it is tried again');
    }
  }
}

async function tryCutOver(context: SagaContext, options: CutOverOptions): Promise<void> {
  const { environment, board, clientId } = options;
  const { mongo, faults } = environment;
  const memory = await board.state('none');
  const takenAt = performance.now();
  await comeClose(context, options);
  const { seen_at: seenAt = 0 } = factsOf(context.operation);
  await pause(Math.max(0, seenAt - environment.clock.now(), takenAt + MEMBER_LEASE_MS - performance.now()));
  await eventIdOf(context.log);

  const { from, to } = placesOf(context.operation);
  const tenantId = parseTenantId(clientId);
  const { __v: version, isolation } = await readClient(mongo, clientId);
  if (isolation.epoch !== from.epoch) throw new ConflictError('The tenant has been moved by somebody else.', { code: 'RES_STATE' });
  const fence = await ClosedFence.close(board, { tenantId, epoch: from.epoch, version, since: memory.since });
  try {
    faults?.('after-fence-closed');
    const verified = await bringLevel(context, { ...options, leftMs: FENCE_MS - FLIP_RESERVE_MS - fence.elapsedMs });
    faults?.('before-flip');
    await flip(context, { ...options, version, verified: verified.byCollection });
    faults?.('after-flip');
  } catch (error) {
    // Whatever became of the flip, from here on it cannot happen any more without being seen.
    const epoch = await mongoFenceRecords(mongo).settle(tenantId, version);
    if (epoch !== to.epoch) {
      await fence.open();
      throw error;
    }
  }
  await release(context, { environment, fence, epoch: to.epoch, tenantId });
}

/** Passes until one finds little to do. */
async function comeClose(context: SagaContext, { relocation, definitions }: CutOverOptions): Promise<void> {
  for (let passes = 1; ; passes += 1) {
    const { changes, rows, elapsedMs } = await pass({ relocation, definitions, signal: context.signal });
    await context.report({ name: `catching up, pass ${passes}`, done: rows, total: rows });
    if (changes > CHANGES_FEW && passes < PASSES_MAX) continue;
    if (elapsedMs <= FENCE_MS * PASS_SHARE_MAX) return;
    const message = `Comparing ${rows} rows takes ${Math.round(elapsedMs)} ms, which is more than writes can be held back for.`;
    throw new ConflictError(message, { code: 'RES_STATE', details: { reason: 'fence_too_short' } });
  }
}

async function bringLevel(
  context: SagaContext,
  { relocation, definitions, leftMs }: CutOverOptions & { leftMs: number },
): Promise<PassResult> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(Math.max(1, Math.floor(leftMs)))]);
  const result = await lastPass({ relocation, definitions, signal });
  for (const [definition, ids] of result.changed) {
    signal.throwIfAborted();
    const differing = await relocation.differing(definition, ids);
    if (differing.length === 0) continue;
    throw new ConflictError(`${differing.length} rows of "${definition.name}" differ after they were written.`, { retryable: true });
  }
  signal.throwIfAborted();
  return result;
}

/** Lets everybody know where the data is, then lets writes pass. Without Redis the processes find out by themselves when their time is over. */
async function release(
  context: SagaContext,
  {
    environment,
    fence,
    epoch,
    tenantId,
  }: { environment: LifecycleEnvironment; fence: ClosedFence; epoch: number; tenantId: ReturnType<typeof parseTenantId> },
): Promise<void> {
  try {
    // On the same connection before the notice: whoever acknowledges that has forgotten the old place.
    await environment.tenants.invalidate(tenantId);
    await fence.moved(epoch);
    await fence.open();
  } catch (error) {
    environment.logger.warn({ err: error }, 'a tenant has moved, and not every process could be told');
  }
  await context.keep({ fence_ms: [...(factsOf(context.operation).fence_ms ?? []), Math.round(fence.elapsedMs)] });
}
