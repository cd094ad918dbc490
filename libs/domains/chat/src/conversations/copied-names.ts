import { type Mongo, type TenantData } from '@caas/data-access-mongo';
import { type UserReader } from '@caas/identity';
import { inLanes, type TenantContext } from '@caas/runtime';
import { groupMembers } from '../groups/group-members.collection.js';
import { conversations } from './conversations.collection.js';

/** Users whose copies are written at once; the rest of a batch waits, so that a flood of profile changes leaves room for messages. */
const AT_ONCE = 4;

/** What conversations keep of a profile. */
export interface CopiedName {
  readonly display_name: string;
  readonly avatar_url: string | null;
}

/** Profile fields of which conversations keep a copy. */
const COPIED = /(?:^|\.)(?:display_name|avatar_url)$/u;

export const isCopied = (field: string): boolean => COPIED.test(field);

/**
 * Writes the names and pictures of these users, as they are now, wherever conversations keep a copy of a member. From the present profile, not from the event: so
 * repeats and late events change nothing. Messages keep their sender as they were.
 */
export async function refreshCopiedNames(
  { mongo, users }: { mongo: Mongo; users: Pick<UserReader, 'findMany'> },
  tenant: TenantContext,
  userIds: readonly string[],
): Promise<void> {
  if (userIds.length === 0) return;
  const scope = mongo.forTenant(tenant);
  await inLanes(await users.findMany(tenant, userIds), AT_ONCE, async ({ user_id: id, profile }) => {
    const { display_name, avatar_url } = profile;
    await writeCopiedName(scope, id, { display_name, avatar_url });
  });
}

/** Writes this name and picture wherever conversations keep a copy of the member. */
export async function writeCopiedName(scope: TenantData, userId: string, { display_name, avatar_url }: CopiedName): Promise<void> {
  await scope.repository(conversations).updateMany(
    { 'participants.user_id': userId },
    {
      set: { 'participants.$[member].display_name': display_name, 'participants.$[member].avatar_url': avatar_url },
      elements: { member: { user_id: userId } },
    },
  );
  await scope.repository(groupMembers).updateMany({ user_id: userId }, { set: { display_name, avatar_url } });
}
