import { allSettled, forEachTenant, type OutcomeKind, type Producer, type Stage } from '@caas/messaging-kafka';
import { type AppError, type Clock, type ReplyChannel, type TenantContext } from '@caas/runtime';
import { deriveId } from '@caas/schema';
import { type MessageReply, REPLY_TO_HEADER, toReplyPayload } from '../message-reply.js';
import { type chatEvents, messagePersisted, messageRejected } from '../messages.events.js';
import { type RecentMessages } from '../recent-messages.js';
import { REASON_LENGTH_MAX, rejectedResource } from '../rejected-message.js';
import { type MessageItem, type Send, sendsOf } from './message-item.js';

const TOLD: readonly OutcomeKind[] = ['ok', 'reject'];

/**
 * Announces what became of each command, `message.persisted` or `message.rejected`, and then answers whoever waits. Everything else that a message causes
 * (mentions, notifications, analytics) follows from `message.persisted`, in the event processor.
 */
export function notifyStage(options: {
  events: Producer<typeof chatEvents>;
  replies: ReplyChannel;
  recent: Pick<RecentMessages, 'rejected' | 'stored'>;
  clock: Clock;
}): Stage<MessageItem> {
  const { events, replies, recent, clock } = options;
  return {
    name: 'notify',
    takes: TOLD,
    timeoutMs: 30_000, // the producer gives up by itself after 10 s, and says what it knows
    async process(items) {
      await allSettled(items.map((item) => announce(item, { events, clock })));
      await forEachTenant(items, async (tenant, group) => note(recent, tenant, sendsOf(group)));
      for (const item of items) {
        const address = item.record.headers[REPLY_TO_HEADER];
        if (address !== undefined) void replies.publish(address, item.record.id, toReplyPayload(replyOf(item)));
      }
    },
  };
}

/** What readers of messages that may not be stored yet are told from now on. */
function note(recent: Pick<RecentMessages, 'rejected' | 'stored'>, tenant: TenantContext, sends: readonly Send[]): void {
  for (const { item, work } of sends) {
    if (item.outcome.kind === 'reject' && work.message.senderId !== null)
      recent.rejected(tenant, rejectedResource(work.message, item.outcome.error));
  }
  recent.stored(
    tenant,
    sends
      .filter(({ item, work }) => item.outcome.kind === 'ok' && work.stored?.duplicate === false)
      .map(({ work }) => work.message.messageId),
  );
}

/**
 * The id of a derived event follows from its cause, so that a redone batch repeats the same event. The cause of `message.persisted` is the
 * event that brought the stored message: a resend is acknowledged with the event of the first send, not with a second fact.
 */
async function announce(item: MessageItem, { events, clock }: { events: Producer<typeof chatEvents>; clock: Clock }): Promise<void> {
  const { record, work, outcome } = item;
  const { payload, envelope } = record;
  const causationId = work.kind === 'sent' ? (work.stored?.storedEventId ?? record.id) : record.id;
  const clientMessageId = work.kind === 'sent' ? work.message.clientMessageId : work.stored?.clientMessageId;
  const chain = {
    tenant: item.requireTenant(),
    causationId,
    ...(envelope.correlation_id === undefined ? {} : { correlationId: envelope.correlation_id }),
    ...(envelope.trace_id === undefined ? {} : { traceId: envelope.trace_id }),
    ...(envelope.application_id === undefined ? {} : { applicationId: envelope.application_id }),
  };
  const about = {
    message_id: payload.message_id,
    conversation_id: payload.conversation_id,
    ...(typeof clientMessageId === 'string' ? { client_message_id: clientMessageId } : {}),
    operation: item.operation,
  };
  if (outcome.kind === 'reject') {
    if (item.actorId === undefined) return; // there is nobody to be told
    const { code, message } = outcome.error;
    await events.send({
      ...chain,
      event: messageRejected,
      id: deriveId('evt', causationId, 'rejected'),
      payload: { ...about, sender_id: item.actorId, code, reason: message.slice(0, REASON_LENGTH_MAX), rejected_at: clock.now() },
    });
  } else if (work.stored !== undefined) {
    await events.send({
      ...chain,
      event: messagePersisted,
      isChecked: true, // what it holds was checked when it was decoded, or is in the store
      id: deriveId('evt', causationId, 'persisted'),
      payload: {
        ...about,
        sender_id: payload.sender_id ?? null,
        sequence: work.stored.sequence,
        content: work.stored.content,
        ...(work.kind === 'sent' && work.message.silent && { silent: true }),
        persisted_at: clock.now(),
      },
    });
  }
}

function replyOf({ outcome }: MessageItem): MessageReply {
  return outcome.kind === 'reject' ? refusal(outcome.error) : { outcome: 'persisted' };
}

function refusal({ code, message, details }: AppError): MessageReply {
  const field = details.issues?.[0]?.field;
  return { outcome: 'rejected', code, reason: message, ...(field === undefined ? {} : { field }) };
}
