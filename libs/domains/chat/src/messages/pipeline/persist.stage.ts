import { forEachTenant, outcomeOf, type Stage } from '@caas/messaging-kafka';
import { AppError, type FaultHook, InternalError, type Quotas, requireServed, type TenantContext, ValidationError } from '@caas/runtime';
import { type ChangesPersistence } from '../changes.persistence.js';
import { type MessagePersistence } from '../messages.persistence.js';
import { type PersistOutcome } from '../message-outcome.js';
import { changesOf, type MessageItem, sendsOf } from './message-item.js';
import { type PersistMetrics } from './persist-metrics.js';

type Rejected = Extract<PersistOutcome, { kind: 'rejected' }>;

/** Stores a batch: the new messages first, then what was edited and deleted. Refused ones that are stored already are acquitted. */
export function persistStage(options: {
  persistence: MessagePersistence;
  changes: ChangesPersistence;
  quotas: Pick<Quotas, 'count'>;
  metrics: PersistMetrics;
  faults: FaultHook;
}): Stage<MessageItem> {
  const { persistence, changes, quotas, metrics, faults } = options;
  return {
    name: 'persist',
    takes: ['ok', 'reject'],
    timeoutMs: 30_000, // a slow store is waited for: what is given up would be repeated beside itself
    async process(items) {
      const stop = metrics.seconds.startTimer();
      await forEachTenant(items, async (tenant, group) => {
        if (!isServed(tenant)) return tellStored(tenant, group);
        await storeSends(tenant, group);
        await storeChanges(tenant, group);
      });
      stop();
      metrics.batchRecords.observe(items.length);
      faults('after-write');
    },
  };

  async function storeSends(tenant: TenantContext, items: readonly MessageItem[]): Promise<void> {
    const sends = sendsOf(items);
    const outcomes = await persistence.persist(
      tenant,
      sends.flatMap(({ item: { outcome, member }, work }) =>
        outcome.kind === 'ok' && (member !== undefined || work.message.senderId === null)
          ? [{ message: work.message, sender: member }]
          : [],
      ),
      sends.filter(({ item }) => item.outcome.kind === 'reject').map(({ work }) => work.message),
    );
    let added = 0;
    for (const { item, work } of sends) {
      const outcome = outcomes.get(work.message);
      settleSend(item, outcome);
      if (outcome?.kind === 'stored' && !outcome.duplicate && work.message.senderId !== null) added += 1; // system messages count in no quota
    }
    const [first] = sends;
    if (first !== undefined && added > 0) void quotas.count(tenant, 'messages_count', added, { at: first.work.message.acceptedAt });
    metrics.duplicates.inc(sends.filter(({ item }) => item.isDuplicate).length);
  }

  async function storeChanges(tenant: TenantContext, items: readonly MessageItem[]): Promise<void> {
    const asked = changesOf(items);
    const outcomes = await changes.persist(
      tenant,
      asked.filter(({ item }) => item.outcome.kind === 'ok').map(({ work }) => work.change),
      asked.filter(({ item }) => item.outcome.kind === 'reject').map(({ work }) => work.change),
    );
    for (const { item, work } of asked) {
      const outcome = outcomes.get(work.change);
      if (outcome?.kind === 'refused') item.settle(outcomeOf(outcome.error));
      if (outcome?.kind !== 'stored') continue;
      if (item.outcome.kind === 'reject') item.acquit();
      item.isDuplicate = outcome.duplicate;
      work.stored = outcome.stored;
    }
  }

  async function tellStored(tenant: TenantContext, items: readonly MessageItem[]): Promise<void> {
    const sends = sendsOf(items);
    const outcomes = await persistence.told(
      tenant,
      sends.map(({ work }) => work.message),
    );
    for (const { item, work } of sends) settleSend(item, outcomes.get(work.message));
  }
}

function settleSend(item: MessageItem, outcome: PersistOutcome | undefined): void {
  if (item.work.kind !== 'sent' || outcome === undefined) return;
  if (outcome.kind === 'rejected') return item.settle(outcomeOf(errorOf(outcome)));
  if (item.outcome.kind === 'reject') item.acquit();
  item.isDuplicate = outcome.duplicate;
  item.work.stored = outcome;
}

function errorOf({ code, reason, field }: Rejected): AppError {
  if (field === undefined) return new AppError(code, reason);
  return new ValidationError([{ field, code: 'reference', message: reason }], { code, message: reason });
}

function isServed(tenant: TenantContext): boolean {
  try {
    requireServed(tenant);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw new InternalError('The state of a tenant cannot be judged.', { cause: error });
  }
}
