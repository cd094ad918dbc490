import { type CollectionDefinition } from '../definition/define-collection.js';
import { type Repository } from '../repository/repository.js';
import { type BulkMetrics } from './bulk-metrics.js';
import { type BulkKind, type BulkOperation, mayRepeat } from './bulk-operation.js';
import { writeKind } from './bulk-target.js';

export interface WriteBatchOptions {
  readonly definition: CollectionDefinition;
  readonly attemptsMax: number;
  readonly metrics: BulkMetrics;
}

/** Operations of one kind that go out together. */
interface Run {
  readonly kind: BulkKind;
  readonly operations: BulkOperation[];
}

/**
 * Writes a batch, one command per kind as far as the order of keys allows, and settles what has a result. Resolves with what has to be written again, in
 * the order of the batch. Never rejects. Once an operation of a key has to be written again, later ones of the same key wait for it.
 */
export async function writeBatch(
  target: Repository<CollectionDefinition>,
  batch: readonly BulkOperation[],
  { definition, attemptsMax, metrics }: WriteBatchOptions,
): Promise<BulkOperation[]> {
  const again = new Set<BulkOperation>();
  const blocked = new Set<string>();
  const postpone = (operation: BulkOperation): void => {
    again.add(operation);
    if (operation.orderKey !== undefined) blocked.add(operation.orderKey);
  };
  for (const { kind, operations } of runsOf(batch)) {
    const ready: BulkOperation[] = [];
    for (const operation of operations) {
      if (operation.orderKey !== undefined && blocked.has(operation.orderKey)) again.add(operation);
      else ready.push(operation);
    }
    const results = await writeKind(target, definition, ready);
    ready.forEach((operation, index) => {
      const result = results[index];
      if (result === undefined) return postpone(operation);
      operation.attempts += 1;
      const retried = !result.ok && mayRepeat(operation, result.error, attemptsMax);
      metrics.countOperation(definition.name, kind, result.ok ? 'ok' : retried ? 'retried' : 'error');
      if (retried) postpone(operation);
      else operation.settle(result);
    });
  }
  return batch.filter((operation) => again.has(operation));
}

/** As few runs as possible in which the operations of each key keep their order. */
export function runsOf(batch: readonly BulkOperation[]): Run[] {
  const runs: Run[] = [];
  const reached = new Map<string, number>();
  for (const operation of batch) {
    const { orderKey, work } = operation;
    const from = orderKey === undefined ? 0 : (reached.get(orderKey) ?? 0);
    let place = runs.findIndex(({ kind }, index) => index >= from && kind === work.kind);
    if (place === -1) place = runs.push({ kind: work.kind, operations: [] }) - 1;
    runs[place]?.operations.push(operation);
    if (orderKey !== undefined) reached.set(orderKey, place);
  }
  return runs;
}
