import { type UserReader } from '@caas/identity';
import { type analytics, userActivity } from '@caas/insight';
import { allSettled, forEachTenant, type Producer, type Stage } from '@caas/messaging-kafka';
import { type notificationEvents, notificationQueued } from '@caas/notifications';
import { type Clock, type Logger, type TenantContext } from '@caas/runtime';
import { deriveId } from '@caas/schema';
import { type SettingsService } from '@caas/tenancy';
import { type ChatRecord, type EventItem, recordsOf } from './event-item.js';
import { notificationsOf, recipientsOf } from './notifications-of.js';

export interface NotifyEventsParts {
  readonly users: Pick<UserReader, 'findMany'>;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly notifications: Producer<typeof notificationEvents>;
  readonly analytics: Producer<typeof analytics>;
  readonly clock: Clock;
}

/** Tells whoever should hear of stored messages, and counts them for analysis. Ids follow from the event, so that a repeat is the same notification. */
export function notifyEventsStage(parts: NotifyEventsParts): Stage<EventItem> {
  return {
    name: 'notify',
    timeoutMs: 30_000, // the producer gives up by itself after 10 s, and says what it knows
    process: (items, { logger }) =>
      forEachTenant(items, async (tenant, group) => {
        const stored = recordsOf(group, 'message.persisted').filter(({ record }) => record.payload.operation === 'sent');
        if (stored.length === 0) return;
        for (const { record } of stored) count(parts, tenant, record, logger);
        await tell(parts, tenant, stored);
      }),
  };
}

async function tell(
  { users, settings, notifications, clock }: NotifyEventsParts,
  tenant: TenantContext,
  stored: readonly { item: EventItem; record: ChatRecord<'message.persisted'> }[],
): Promise<void> {
  const now = clock.now();
  const known = stored.flatMap(({ item: { conversation }, record }) => (conversation === undefined ? [] : [{ conversation, record }]));
  const ids = new Set(known.flatMap(({ conversation, record }) => recipientsOf(record, conversation, now)));
  if (ids.size === 0) return;
  const [people, { settings: chosen }] = await Promise.all([users.findMany(tenant, [...ids]), settings.get(tenant)]);
  const facts = { people: new Map(people.map((user) => [user.user_id, user])), isPushEnabled: chosen.notifications.push_enabled, now };
  await allSettled(
    known.flatMap(({ conversation, record }) =>
      notificationsOf(record, { ...facts, conversation }).map((payload) =>
        notifications.send({
          tenant,
          event: notificationQueued,
          isChecked: true, // made here, out of what was checked before
          id: deriveId('evt', record.id, 'notification.queued', payload.recipient_id),
          causationId: record.id,
          ...(record.envelope.correlation_id === undefined ? {} : { correlationId: record.envelope.correlation_id }),
          payload,
        }),
      ),
    ),
  );
}

/** Best effort: nothing waits for it, and what is lost is lost. */
function count(
  { analytics }: NotifyEventsParts,
  tenant: TenantContext,
  { id, payload, envelope }: ChatRecord<'message.persisted'>,
  logger: Logger,
): void {
  if (payload.sender_id === null) return;
  analytics
    .send({
      tenant,
      event: userActivity,
      isChecked: true, // as above
      id: deriveId('evt', id, 'analytics.user_activity'),
      causationId: id,
      payload: {
        user_id: payload.sender_id,
        activity_type: 'message_sent',
        resource_type: 'message',
        resource_id: payload.message_id,
        properties: { conversation_id: payload.conversation_id, content_type: payload.content?.type ?? 'encrypted' },
        occurred_at: envelope.timestamp,
      },
    })
    .catch((error: unknown) => logger.debug({ err: error }, 'analytics event lost'));
}
