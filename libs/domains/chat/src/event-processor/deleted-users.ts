import { type Mongo, op } from '@caas/data-access-mongo';
import { inLanes, type TenantContext } from '@caas/runtime';
import { type Conversation, conversations } from '../conversations/conversations.collection.js';
import { groupMembers } from '../groups/group-members.collection.js';
import { type MembersService } from '../members/members.service.js';
import { type EventItem, recordsOf } from './event-item.js';

/** Conversations that are looked up at once. */
const PAGE = 500;
/** Conversations of which one user is taken out at once; the rest waits, so that a deletion leaves room for messages. */
const AT_ONCE = 4;

export interface DeletedUsersParts {
  readonly mongo: Mongo;
  readonly members: Pick<MembersService, 'takeOutDeleted'>;
}

/** Deleted users leave the groups and channels that they were in. Direct conversations stay as they are. A repeat finds nothing to do, and goes on where it was cut off. */
export async function takeOutDeletedUsers(parts: DeletedUsersParts, tenant: TenantContext, items: readonly EventItem[]): Promise<void> {
  for (const { record } of recordsOf(items, 'user.deleted')) {
    const { user_id: userId, deleted_by: by } = record.payload;
    await inLanes(placesOf(parts.mongo, tenant, userId), AT_ONCE, (conversationId) =>
      parts.members.takeOutDeleted(tenant, { conversationId, userId }, { by }),
    );
  }
}

/** Groups and channels that a user is in, of either home of membership, in the order of their ids. */
async function* placesOf(mongo: Mongo, tenant: TenantContext, userId: string): AsyncGenerator<string> {
  const scope = mongo.forTenant(tenant);
  const mine = { user_id: userId, status: 'active' } as const;
  for (let last = ''; ;) {
    const rows = await scope
      .repository(conversations)
      .findMany(
        op.and<Conversation>(
          { type: op.ne('direct' as const), participants: op.elemMatch(mine) },
          ...(last === '' ? [] : [{ conversation_id: op.gt(last) }]),
        ),
        { sort: { conversation_id: 1 }, limit: PAGE, select: ['conversation_id'], readFrom: 'primary' },
      );
    for (const { conversation_id: id } of rows) yield (last = id);
    if (rows.length < PAGE) break;
  }
  for (let last = ''; ;) {
    const rows = await scope
      .repository(groupMembers)
      .findMany(
        { ...mine, ...(last !== '' && { conversation_id: op.gt(last) }) },
        { sort: { conversation_id: 1 }, limit: PAGE, select: ['conversation_id'], readFrom: 'primary' },
      );
    for (const { conversation_id: id } of rows) yield (last = id);
    if (rows.length < PAGE) break;
  }
}
