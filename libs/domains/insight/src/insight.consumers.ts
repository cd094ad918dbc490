import { type Services } from '@caas/composition';
import { type ConsumerDefinition } from '@caas/messaging-kafka';
import { auditProcessor } from './audit/audit-processor.consumer.js';
import { AuditStore } from './audit/audit-store.js';
import { dlqProcessor } from './dead-letters/dlq-processor.js';

/** What the worker takes from the insight module. */
export default function insightConsumers({ mongo, metrics }: Services): ConsumerDefinition[] {
  return [auditProcessor({ store: new AuditStore({ mongo }) }), dlqProcessor({ mongo, metrics })];
}
