import { type ConsumerDefinition, definePipelineConsumer } from '@caas/messaging-kafka';
import { type CommandRecord, MessageItem } from './pipeline/message-item.js';
import { messagePipeline, type MessagePipelineParts } from './pipeline/message-pipeline.js';
import { chatMessages } from './messages.events.js';

/**
 * The consumer that stores messages and their changes. A chunk of one partition goes through the pipeline as a whole, grouped by tenant, and is only then
 * committed. Every step may run twice; none has an effect twice.
 */
export function messageProcessor(parts: MessagePipelineParts): ConsumerDefinition {
  return definePipelineConsumer({
    group: 'message-processor',
    topics: [chatMessages],
    retries: true,
    types: chatMessages.events.map(({ type }) => type),
    pipeline: messagePipeline(parts),
    open: (record) => new MessageItem(record as CommandRecord),
  });
}
