import { type Clock, InternalError, requireServed, type TenantDirectory } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { type EventDefinition } from '../definitions/event.js';
import { outcomeOf, type OutcomeKind } from './outcome.js';
import { type PipelineItem } from './pipeline-item.js';
import { type PipelineMetrics } from './pipeline-metrics.js';
import { type Stage } from './stage.js';

/** How far a producer's clock may be ahead. */
const CLOCK_SKEW_MAX_MS = 300_000;

/**
 * Opens the envelope: the record is an event of a type that the pipeline knows. (The consumer has decoded the bytes with their schema before; what it could
 * not decode is a dead letter already, with its raw bytes.)
 */
export function deserializeStage<Item extends PipelineItem>(events: readonly EventDefinition[]): Stage<Item> {
  const types = new Set(events.map(({ type }) => type));
  return {
    name: 'deserialize',
    process(items) {
      for (const item of items) {
        const { kind, type } = item.record;
        if (kind !== 'event') item.settle({ kind: 'dlq', error: new InternalError('The record is no event.') });
        else if (!types.has(type)) item.settle({ kind: 'skip', reason: `${type} is not handled here` });
      }
    },
  };
}

/** What a payload's own schema cannot say: the event did not happen in the future, and it lies under the key that gives it its order. */
export function validateStage<Item extends PipelineItem>({
  clock,
  events,
}: {
  clock: Clock;
  events: readonly EventDefinition[];
}): Stage<Item> {
  const keys = new Map(events.map(({ type, key }) => [type, key]));
  return {
    name: 'validate',
    process(items) {
      const latest = clock.now() + CLOCK_SKEW_MAX_MS;
      for (const item of items) {
        const { type, key, payload, envelope } = item.record;
        const keyField = keys.get(type) ?? null;
        const expected = keyField === null ? null : (payload as Readonly<Record<string, unknown>>)[keyField];
        if (envelope.timestamp > latest) {
          item.settle({
            kind: 'dlq',
            error: new InternalError('The event lies in the future.', { details: { reason: 'FUTURE_TIMESTAMP' } }),
          });
        } else if (expected !== null && expected !== key) {
          const error = new InternalError(`The record's key is not its ${String(keyField)}.`, { details: { reason: 'KEY_MISMATCH' } });
          item.settle({ kind: 'dlq', error });
        }
      }
    },
  };
}

/** Finds each record's tenant. One that does not exist is nobody's: dead letter. One that is not served takes nothing: rejected, with the reason. */
export function tenantContextStage<Item extends PipelineItem>({ tenants }: { tenants: TenantDirectory }): Stage<Item> {
  return {
    name: 'tenant-context',
    async process(items) {
      const found = new Map<string, Awaited<ReturnType<TenantDirectory['get']>>>();
      for (const { record } of items) {
        if (found.has(record.tenantId)) continue;
        const tenant = tenants.get(parseTenantId(record.tenantId));
        found.set(record.tenantId, tenant instanceof Promise ? await tenant : tenant); // one wait a tenant that is not cached
      }
      for (const item of items) {
        const tenant = found.get(item.record.tenantId);
        item.tenant = tenant;
        if (tenant === undefined) item.settle({ kind: 'dlq', error: new InternalError('The tenant of the record does not exist.') });
        else refuseUnserved(item);
      }
    },
  };
}

function refuseUnserved(item: PipelineItem): void {
  try {
    requireServed(item.requireTenant());
  } catch (error) {
    item.settle(outcomeOf(error)); // refused for good, or, while the tenant is being provisioned, worth another try
  }
}

const EVERY: readonly OutcomeKind[] = ['ok', 'skip', 'reject', 'retry', 'held', 'dlq', 'pause'];

/** Counts what became of the records and writes one line for the batch: debug when all went well, otherwise with the failures' reasons. */
export function metricsStage<Item extends PipelineItem>({ runs }: Pick<PipelineMetrics, 'runs'>): Stage<Item> {
  return {
    name: 'metrics',
    takes: EVERY,
    process(items, { pipeline, logger, durations }) {
      const results = new Map<string, number>();
      for (const item of items) results.set(resultOf(item), (results.get(resultOf(item)) ?? 0) + 1);
      for (const [result, count] of results) runs.inc({ pipeline, result }, count);
      const failed = items.find(({ outcome }) => outcome.kind === 'retry' || outcome.kind === 'dlq' || outcome.kind === 'pause');
      const facts = { pipeline, records: items.length, results: Object.fromEntries(results), stage_ms: Object.fromEntries(durations) };
      if (failed === undefined) logger.debug(facts, 'batch done');
      else
        logger.warn(
          { ...facts, stage: failed.stage, err: 'error' in failed.outcome ? failed.outcome.error : undefined },
          'batch with failures',
        );
    },
  };
}

const RESULTS: Readonly<Record<OutcomeKind, string>> = {
  ok: 'ok',
  skip: 'skipped',
  reject: 'rejected',
  retry: 'retried',
  held: 'held',
  dlq: 'dlq',
  pause: 'paused',
};

const resultOf = ({ outcome, isDuplicate }: PipelineItem): string =>
  outcome.kind === 'ok' && isDuplicate ? 'duplicate' : RESULTS[outcome.kind];
