import { resolveTopic } from '@caas/messaging-kafka';
import { isRetryable } from '@caas/runtime';
import { type LifecycleEnvironment } from '../lifecycle/lifecycle-operation.js';
import { type SagaStep } from '../lifecycle/saga.js';
import { type SaasClient } from '../tenants/tenants.collection.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';

/** What is on its way is read for so long; then it goes with the tenant. */
const DRAIN_MS = 300_000;

/**
 * The step that removes the topics which a tenant has alone, wherever its plan has put it since: read to their end, or five minutes later, whichever comes
 * first. Shared topics keep the tenant's records until these expire. Nothing without a connection to Kafka.
 */
export function removeTopicsStep(client: SaasClient, { topics: parts, logger }: LifecycleEnvironment): SagaStep[] {
  if (parts === undefined) return [];
  const own = { ...toTenantContext(client), topics: { place: 'dedicated' as const, epoch: 1 } };
  return [
    {
      name: 'remove-topics',
      run: async (context) => {
        const names = parts.definitions.map(({ family }) => resolveTopic(family, own).topic);
        const withinMs = parts.drainMs ?? DRAIN_MS;
        await parts.topics.untilRead(names, { groups: await parts.groups(), withinMs, signal: context.signal }).catch((error: unknown) => {
          if (!isRetryable(error)) throw error;
          logger.warn({ err: error }, 'topics of a tenant that is removed were not read to their end');
        });
        const removed = await parts.topics.removeDedicated(names);
        if (removed.length > 0) await context.keep({ topics_removed: [...removed] });
      },
    },
  ];
}
