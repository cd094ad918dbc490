import { defineTenantSeed, type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { castOf, snapshotOf } from '@caas/identity/seeds';
import { memberSettingsDefaults } from '../conversations/member-shape.js';
import { groupMembers } from '../groups/group-members.collection.js';
import { groups } from '../groups/groups.collection.js';
import { joinRequests } from '../join-requests/join-requests.collection.js';
import { roleOf } from './conversations.seed.js';
import { type SeededConversation, seededConversations } from './seeded-conversations.js';

const isGroup = ({ type }: SeededConversation): boolean => type !== 'direct';

/** Groups and channels of a tenant. */
export const groupsOf = (context: TenantSeedContext): readonly SeededConversation[] => seededConversations(context).filter(isGroup);

/** What groups have beyond their conversations. */
export const groupsSeed = defineTenantSeed({
  name: 'groups',
  collection: groups,
  plan: (context) => {
    const all = groupsOf(context);
    return { total: all.length, rows: all.map((conversation) => group(context, conversation)) };
  },
});

/** Members of channels; those of groups are in the conversation. */
export const groupMembersSeed = defineTenantSeed({
  name: 'group members',
  collection: groupMembers,
  plan: (context) => {
    const rows = groupsOf(context).flatMap((conversation) => (conversation.type === 'channel' ? membersOf(context, conversation) : []));
    return { total: rows.length, rows };
  },
});

/** Somebody who wants to come into each group; none where everybody is in. */
export const joinRequestsSeed = defineTenantSeed({
  name: 'join requests',
  collection: joinRequests,
  plan: (context) => {
    const rows = groupsOf(context).flatMap(({ index, conversationId, members }): SeedRow<typeof joinRequests>[] => {
      const outsider = castOf(context).find(({ userId }) => members.every((member) => member.userId !== userId));
      if (outsider === undefined) return [];
      const at = context.daysAgo(1);
      return [
        {
          join_request_id: context.rowId('join request', index),
          conversation_id: conversationId,
          user_id: outsider.userId,
          status: 'pending',
          message: 'May I join?',
          requested_at: at,
          decided_by: null,
          decided_at: null,
          expires_at: null,
          created_at: at,
        },
      ];
    });
    return { total: rows.length, rows };
  },
});

function group(context: TenantSeedContext, { index, conversationId, members, startedAt }: SeededConversation): SeedRow<typeof groups> {
  return {
    group_id: context.id('grp', index),
    conversation_id: conversationId,
    metadata: {
      category: context.pick(['work', 'social', 'family'], 'category', index),
      tags: ['seed'],
      is_discoverable: index % 2 === 0,
      search_keywords: [context.fake('group', index).word.noun().slice(0, 50)],
    },
    // Only who has the pepper can work it out.
    invite: { code: context.secret('invite', index).toString('base64url'), enabled: true, expires_at: null, uses: 0, max_uses: null },
    rules: [{ rule_number: 1, title: 'Be kind', description: null, added_at: startedAt, added_by: members[0]!.userId }],
    moderation: { auto_moderation_enabled: false, spam_detection_enabled: true, blocked_words: [] },
    created_at: startedAt,
  };
}

function membersOf(context: TenantSeedContext, conversation: SeededConversation): SeedRow<typeof groupMembers>[] {
  const { index, conversationId, members, startedAt } = conversation;
  return members.map((member, position) => ({
    member_id: context.rowId('member', index, member.index),
    conversation_id: conversationId,
    ...snapshotOf(member),
    role: roleOf(conversation, position),
    permissions: null,
    status: 'active',
    settings: memberSettingsDefaults(),
    activity: { joined_at: startedAt, joined_sequence: 0, invited_by: null, last_message_at: null, message_count: 0 },
    departure: null,
    created_at: startedAt,
  }));
}
