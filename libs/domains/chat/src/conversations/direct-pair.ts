import { type TenantContext } from '@caas/runtime';
import { deriveId } from '@caas/schema';

/** What a pair has in common: its two ids, sorted, so that it is the same from both sides. */
export function directKeyOf(userIds: readonly string[]): string {
  return [...userIds].sort().join(':');
}

/** The conversation of a pair, whether there is one yet or not. */
export function directConversationId({ tenantId }: Pick<TenantContext, 'tenantId'>, userIds: readonly string[]): string {
  return deriveId('conv', tenantId, directKeyOf(userIds));
}
