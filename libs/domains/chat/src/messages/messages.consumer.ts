import { type ConsumerContext, type ConsumerDefinition, defineConsumer, type EventRecord, type Producer } from '@caas/messaging-kafka';
import {
  type Clock,
  type FaultHook,
  groupBy,
  InternalError,
  type Metrics,
  type Quotas,
  type ReplyChannel,
  runWithTenant,
  type TenantContext,
  type TenantDirectory,
} from '@caas/runtime';
import { deriveId, parseTenantId } from '@caas/schema';
import { type MessageReply, REPLY_TO_HEADER, toReplyPayload } from './message-reply.js';
import { type AcceptedMessage, type PersistOutcome } from './message-outcome.js';
import { type MessagePersistence } from './messages.persistence.js';
import { type chatEvents, chatMessages, messagePersisted, messageRejected, type messageSent } from './messages.events.js';

type SentRecord = EventRecord<typeof messageSent>;

/** A record with what became of it. */
interface Settled {
  readonly record: SentRecord;
  readonly outcome: PersistOutcome;
}

/**
 * The consumer that stores messages. A chunk of one partition is grouped by tenant, stored in bulk, announced on `chat.events`, answered to
 * whoever waits, and only then committed. Every step may run twice; none has an effect twice.
 */
export function messageProcessor(options: {
  persistence: MessagePersistence;
  tenants: TenantDirectory;
  quotas: Pick<Quotas, 'count'>;
  events: Producer<typeof chatEvents>;
  replies: ReplyChannel;
  clock: Clock;
  metrics: Metrics;
  faults: FaultHook;
}): ConsumerDefinition {
  const { persistence, tenants, quotas, events, replies, clock, metrics, faults } = options;
  const batchRecords = metrics.histogram({
    name: 'caas_persist_batch_records',
    help: 'Messages stored at once',
    buckets: [1, 5, 10, 25, 50, 100, 250, 500],
  });
  const seconds = metrics.histogram({ name: 'caas_persist_seconds', help: 'Time to store one batch' });
  const outcomes = metrics.counter({
    name: 'caas_pipeline_runs_total',
    help: 'Messages by what became of them',
    labels: ['pipeline', 'result'],
  });
  const count = (result: string, by: number): void => outcomes.inc({ pipeline: 'message', result }, by);

  return defineConsumer({
    group: 'message-processor',
    topics: [chatMessages],
    retries: true,
    async handle(records, context) {
      const byTenant = groupBy(records, ({ tenantId }) => tenantId);
      const groups = await everyOne([...byTenant], async ([tenantId, group]) => {
        const tenant = await tenants.get(parseTenantId(tenantId));
        return tenant === undefined ? refuseTenant(group, context) : runWithTenant(tenant, () => storeGroup(tenant, group, context));
      });
      faults('after-write');
      await everyOne(groups, async (group) => {
        if (group !== undefined) await announce(group.tenant, group.results, context);
      });
    },
  });

  /** Records of a tenant that does not exist are no tenant's: they wait among the dead letters. */
  async function refuseTenant(records: readonly SentRecord[], context: ConsumerContext): Promise<undefined> {
    const error = new InternalError('The tenant of the record does not exist.');
    for (const record of records) await context.deadLetter(record, error, { stage: 'tenant-context' });
    count('dlq', records.length);
  }

  async function storeGroup(
    tenant: TenantContext,
    records: readonly SentRecord[],
    context: ConsumerContext,
  ): Promise<{ tenant: TenantContext; results: readonly Settled[] } | undefined> {
    if (!context.isOwned()) return undefined;
    const stop = seconds.startTimer();
    const found = await persistence.persist(tenant, records.map(toAccepted));
    stop();
    batchRecords.observe(records.length);
    const added = found.filter((outcome) => outcome?.kind === 'stored' && !outcome.duplicate).length;
    const [first] = records;
    if (first !== undefined && added > 0) void quotas.count(tenant, 'messages_count', added, { at: first.envelope.timestamp });
    return { tenant, results: records.flatMap((record, index) => (found[index] === undefined ? [] : [{ record, outcome: found[index] }])) };
  }

  async function announce(tenant: TenantContext, results: readonly Settled[], context: ConsumerContext): Promise<void> {
    if (!context.isOwned()) return;
    await everyOne(results, ({ record, outcome }) => publish(tenant, record, outcome));
    for (const { record, outcome } of results) {
      count(resultOf(outcome), 1);
      const address = record.headers[REPLY_TO_HEADER];
      if (address !== undefined) void replies.publish(address, record.id, toReplyPayload(replyOf(outcome)));
    }
  }

  /**
   * The id of a derived event follows from its cause, so that a redone chunk repeats the same event. The cause of `message.persisted` is the
   * event that brought the stored message: a resend is acknowledged with the event of the first send, not with a second fact.
   */
  async function publish(tenant: TenantContext, record: SentRecord, outcome: PersistOutcome): Promise<void> {
    const { payload, envelope } = record;
    const causationId = outcome.kind === 'stored' ? outcome.storedEventId : record.id;
    const chain = {
      tenant,
      causationId,
      ...(envelope.correlation_id === undefined ? {} : { correlationId: envelope.correlation_id }),
      ...(envelope.trace_id === undefined ? {} : { traceId: envelope.trace_id }),
      ...(envelope.application_id === undefined ? {} : { applicationId: envelope.application_id }),
    };
    const about = {
      message_id: payload.message_id,
      conversation_id: payload.conversation_id,
      client_message_id: payload.client_message_id,
      operation: 'sent' as const,
      sender_id: payload.sender_id,
    };
    const now = clock.now();
    if (outcome.kind === 'stored') {
      await events.send({
        ...chain,
        event: messagePersisted,
        isChecked: true, // what it holds was checked when it was decoded, or is in the store
        id: deriveId('evt', causationId, 'persisted'),
        payload: { ...about, sequence: outcome.sequence, content: outcome.content, persisted_at: now },
      });
    } else {
      await events.send({
        ...chain,
        event: messageRejected,
        id: deriveId('evt', causationId, 'rejected'),
        payload: { ...about, code: outcome.code, reason: outcome.reason, rejected_at: now },
      });
    }
  }
}

/** Does all and waits for all before it rejects with the first failure: a chunk that is redone must not meet its own first try still running. */
async function everyOne<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const settled = await Promise.allSettled(items.map(work));
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

function toAccepted({ id, payload, envelope }: SentRecord): AcceptedMessage {
  return {
    eventId: id,
    messageId: payload.message_id,
    conversationId: payload.conversation_id,
    senderId: payload.sender_id,
    content: payload.content,
    clientMessageId: payload.client_message_id ?? null,
    rootMessageId: payload.root_message_id ?? null,
    parentMessageId: payload.parent_message_id ?? null,
    custom: payload.custom ?? null,
    acceptedAt: envelope.timestamp,
  };
}

function replyOf(outcome: PersistOutcome): MessageReply {
  if (outcome.kind === 'stored') return { outcome: 'persisted' };
  const { code, reason, field } = outcome;
  return { outcome: 'rejected', code, reason, ...(field === undefined ? {} : { field }) };
}

function resultOf(outcome: PersistOutcome): string {
  if (outcome.kind === 'stored') return outcome.duplicate ? 'duplicate' : 'ok';
  return 'rejected';
}
