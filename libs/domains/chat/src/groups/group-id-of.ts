import { type Mongo } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { groups } from './groups.collection.js';

/** The group that a conversation has, if it has one. */
export async function groupIdOf(mongo: Mongo, tenant: TenantContext, conversationId: string): Promise<string | undefined> {
  const filter = { conversation_id: conversationId };
  return (
    await mongo
      .forTenant(tenant)
      .repository(groups)
      .findOne(filter, { select: ['group_id'] })
  )?.group_id;
}
