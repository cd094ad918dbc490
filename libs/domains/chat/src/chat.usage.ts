import { type Services, type UsageCount } from '@caas/composition';
import { op } from '@caas/data-access-mongo';
import { messages } from './messages/messages.collection.js';

/** No index leads to the messages of a month: the count looks at every message of the tenant. */
const TIMEOUT_MS = 30_000;

/** How many messages of a tenant were stored in a period; those that expired since are gone, so that it may have been more. */
export default function chatUsage({ mongo }: Pick<Services, 'mongo'>): UsageCount[] {
  return [
    {
      resource: 'messages_count',
      isLowerBound: true,
      count: (tenant, { start, end }) =>
        mongo
          .inspectTenant(tenant)
          .repository(messages)
          .count(op.and({ created_at: op.gte(start) }, { created_at: op.lt(end) }, { 'content.type': op.ne('system') }), {
            includeDeleted: true,
            timeoutMs: TIMEOUT_MS,
            readFrom: 'primary',
          }),
    },
  ];
}
