import {
  type ConsumerDefinition,
  definePipelineConsumer,
  deserializeStage,
  metricsStage,
  type Pipeline,
  PipelineBuilder,
  pipelineMetrics,
  tenantContextStage,
  validateStage,
} from '@caas/messaging-kafka';
import { type Metrics, type TenantDirectory } from '@caas/runtime';
import { chatEvents } from '../messages/messages.events.js';
import { authorizeEventsStage } from './authorize-events.stage.js';
import { type ChatEventType, EventItem } from './event-item.js';
import { type NotifyEventsParts, notifyEventsStage } from './notify-events.stage.js';
import { type PersistEventsParts, persistEventsStage } from './persist-events.stage.js';
import { processEventsStage } from './process-events.stage.js';

export interface EventProcessorParts extends PersistEventsParts, NotifyEventsParts {
  readonly tenants: TenantDirectory;
  readonly metrics: Metrics;
}

/** What the processor reads; the rest of `chat.events` is for others. */
const TYPES: readonly ChatEventType[] = [
  'message.persisted',
  'message.delivered',
  'message.read',
  'reaction.added',
  'reaction.removed',
  'conversation.created',
  'conversation.updated',
  'conversation.deleted',
  'participant.added',
  'participant.removed',
  'participant.role_changed',
  'user.updated',
  'user.deleted',
];

/** What facts about the chat cause: receipts, summaries of reactions, fresh caches and copies, mentions, notifications. */
export function eventPipeline(parts: EventProcessorParts): Pipeline<EventItem> {
  const { mongo, tenants, conversations, clock, metrics } = parts;
  return new PipelineBuilder<EventItem>('event')
    .add(deserializeStage(chatEvents.events))
    .add(validateStage({ clock, events: chatEvents.events }))
    .add(tenantContextStage({ tenants }))
    .add(authorizeEventsStage({ conversations }))
    .add(processEventsStage({ mongo, clock }))
    .add(persistEventsStage(parts))
    .add(notifyEventsStage(parts))
    .add(metricsStage(pipelineMetrics(metrics)))
    .build({ metrics });
}

/** The consumer of facts about the chat. */
export function eventProcessor(parts: EventProcessorParts): ConsumerDefinition {
  return definePipelineConsumer({
    group: 'event-processor',
    topics: [chatEvents],
    retries: true,
    types: TYPES,
    pipeline: eventPipeline(parts),
    open: (record) => new EventItem(record),
  });
}
