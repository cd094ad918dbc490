import { type AppError, groupBy, InternalError, runWithTenant, type TenantContext } from '@caas/runtime';
import { type EventRecord } from '../consumer/types.js';
import { OK, type Outcome } from './outcome.js';

/**
 * One record on its way through a pipeline. Pipelines derive from it and add what their stages find out. The first outcome other than `ok`
 * stays, unless a later stage acquits the record.
 */
export class PipelineItem<Record extends EventRecord = EventRecord> {
  readonly record: Record;
  /** Set by the stage `tenant-context`. */
  tenant: TenantContext | undefined;
  /** It was applied before; counted apart from what is new. */
  isDuplicate = false;
  #outcome: Outcome = OK;
  #stage: string | undefined;

  constructor(record: Record) {
    this.record = record;
  }

  get outcome(): Outcome {
    return this.#outcome;
  }

  /** The stage that decided; absent while the outcome is `ok`. */
  get stage(): string | undefined {
    return this.#stage;
  }

  /** Called by the pipeline when the stage that decided ends. */
  decidedBy(stage: string): void {
    if (this.#outcome.kind !== 'ok') this.#stage ??= stage;
  }

  settle(outcome: Outcome): void {
    if (this.#outcome.kind === 'ok') this.#outcome = outcome;
  }

  reject(error: AppError): void {
    this.settle({ kind: 'reject', error });
  }

  /** A look at the store showed that it was applied before, so that nothing refuses it now. */
  acquit(): void {
    this.#outcome = OK;
    this.#stage = undefined;
    this.isDuplicate = true;
  }

  /** The tenant, in stages after `tenant-context`. */
  requireTenant(): TenantContext {
    if (this.tenant === undefined) throw new InternalError('The record has no tenant yet.');
    return this.tenant;
  }
}

/** Does the work of each tenant inside its context, all at once. Waits for all before it rejects with the first failure: a redone batch must not meet its own first try. */
export async function forEachTenant<Item extends PipelineItem>(
  items: readonly Item[],
  work: (tenant: TenantContext, items: readonly Item[]) => Promise<void> | void,
): Promise<void> {
  const [first] = items;
  if (first === undefined) return;
  const groups = groupBy(items, (item) => item.requireTenant());
  if (groups.size === 1) return runWithTenant(first.requireTenant(), () => work(first.requireTenant(), items));
  await allSettled([...groups].map(([tenant, group]) => runWithTenant(tenant, async () => work(tenant, group))));
}

/** Waits for all, then rejects with the first failure. */
export async function allSettled(works: readonly Promise<unknown>[]): Promise<void> {
  for (const one of await Promise.allSettled(works)) if (one.status === 'rejected') throw one.reason;
}
