import { type Services } from '@caas/composition';
import { type ConsumerDefinition } from '@caas/messaging-kafka';
import { dlqProcessor } from './dead-letters/dlq-processor.js';

/** What the worker takes from the insight module. */
export default function insightConsumers({ mongo }: Services): ConsumerDefinition[] {
  return [dlqProcessor({ mongo })];
}
