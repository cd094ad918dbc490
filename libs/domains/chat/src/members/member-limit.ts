import { ConflictError, type TenantContext } from '@caas/runtime';
import { type SettingsDocument } from '@caas/tenancy';
import { type ConversationType } from '../conversations/conversations.collection.js';

/** Members of the largest group of the largest plan. */
export const GROUP_MEMBERS_MAX = 1_000;

/** How many members a conversation of this tenant may have; channels have as many as come. */
export function memberLimitOf(
  type: ConversationType,
  { limits }: Pick<TenantContext, 'limits'>,
  { max_group_members }: Pick<SettingsDocument['chat'], 'max_group_members'>,
): number {
  if (type === 'direct') return 2;
  if (type === 'channel') return Infinity;
  const ofPlan = limits.maxGroupSize < 0 ? GROUP_MEMBERS_MAX : limits.maxGroupSize;
  return Math.min(ofPlan, max_group_members, GROUP_MEMBERS_MAX);
}

/** Throws `CONV_MEMBER_LIMIT`. */
export function requireRoom(count: number, limit: number): void {
  if (count <= limit) return;
  throw new ConflictError(`This conversation may have at most ${limit} members.`, { code: 'CONV_MEMBER_LIMIT', details: { limit } });
}
