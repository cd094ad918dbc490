import { type Mongo } from '@caas/data-access-mongo';
import { type UserReader } from '@caas/identity';
import {
  deserializeStage,
  metricsStage,
  type Pipeline,
  PipelineBuilder,
  pipelineMetrics,
  type Producer,
  tenantContextStage,
  validateStage,
} from '@caas/messaging-kafka';
import { type Clock, type FaultHook, type Metrics, type Quotas, type ReplyChannel, type TenantDirectory } from '@caas/runtime';
import { type SettingsService } from '@caas/tenancy';
import { type ConversationDirectory } from '../../conversations/conversation-directory.js';
import { ChangesPersistence } from '../changes.persistence.js';
import { type chatEvents, chatMessages } from '../messages.events.js';
import { MessagePersistence } from '../messages.persistence.js';
import { type RecentMessages } from '../recent-messages.js';
import { authorizeStage } from './authorize.stage.js';
import { type MessageItem } from './message-item.js';
import { notifyStage } from './notify.stage.js';
import { persistMetrics } from './persist-metrics.js';
import { persistStage } from './persist.stage.js';
import { processStage } from './process.stage.js';
import { SendRate } from './send-rate.js';
import { transformStage } from './transform.stage.js';

export interface MessagePipelineParts {
  readonly mongo: Mongo;
  readonly tenants: TenantDirectory;
  readonly conversations: ConversationDirectory;
  readonly users: Pick<UserReader, 'findByUsernames'>;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly quotas: Pick<Quotas, 'count'>;
  readonly events: Producer<typeof chatEvents>;
  readonly replies: ReplyChannel;
  readonly recent: Pick<RecentMessages, 'rejected' | 'stored'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly faults: FaultHook;
}

/** What becomes of a command on a message, from the log to the store and back to whoever waits. */
export function messagePipeline(parts: MessagePipelineParts): Pipeline<MessageItem> {
  return messageStages(parts).build(parts);
}

/** Its stages, for those who need other ones. */
export function messageStages(parts: MessagePipelineParts): PipelineBuilder<MessageItem> {
  const { mongo, tenants, conversations, users, settings, quotas, events, replies, recent, clock, metrics, faults } = parts;
  const persistence = new MessagePersistence({ mongo });
  const changes = new ChangesPersistence({ mongo });
  return new PipelineBuilder<MessageItem>('message')
    .add(deserializeStage(chatMessages.events))
    .add(validateStage({ clock, events: chatMessages.events }))
    .add(tenantContextStage({ tenants }))
    .add(authorizeStage({ conversations, rate: new SendRate() }))
    .add(transformStage({ users }))
    .add(processStage({ mongo, settings, clock }))
    .add(persistStage({ persistence, changes, quotas, metrics: persistMetrics(metrics), faults }))
    .add(notifyStage({ events, replies, recent, clock }))
    .add(metricsStage(pipelineMetrics(metrics)));
}
