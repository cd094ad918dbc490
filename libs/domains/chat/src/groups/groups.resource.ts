import { dateTime, idOf, int32, text, z } from '@caas/schema';
import { conversationResource, type ConversationView, toConversationResource } from '../conversations/conversations.resource.js';
import { type Group } from './groups.collection.js';

const keyword = text({ min: 1, max: 50 });

/** A group beside its conversation, as the API shows it. */
export const groupResource = z
  .strictObject({
    group_id: idOf('grp'),
    conversation_id: idOf('conv'),
    name: text({ max: 100 }).nullable(),
    description: text({ max: 1_000 }).nullable(),
    member_count: int32({ min: 0 }),
    category: z.enum(['social', 'work', 'family', 'custom']),
    tags: z.array(keyword).max(20),
    is_discoverable: z.boolean(),
    rules: z
      .array(
        z.strictObject({
          rule_number: int32({ min: 1 }),
          title: text({ min: 1, max: 100 }),
          description: text({ max: 1_000 }).nullable(),
          added_at: dateTime(),
        }),
      )
      .max(20),
    created_at: dateTime(),
    updated_at: dateTime(),
  })
  .meta({ id: 'Group' });
export type GroupResource = z.output<typeof groupResource>;

export const groupWithConversation = z
  .strictObject({ group: groupResource, conversation: conversationResource })
  .meta({ id: 'GroupWithConversation' });

export function toGroupResource({ group, conversation }: { group: Group; conversation: ConversationView['conversation'] }): GroupResource {
  const { metadata } = group;
  return {
    group_id: group.group_id,
    conversation_id: group.conversation_id,
    name: conversation.metadata.name,
    description: conversation.metadata.description,
    member_count: conversation.stats.participant_count,
    category: metadata?.category ?? 'custom',
    tags: metadata?.tags ?? [],
    is_discoverable: metadata?.is_discoverable ?? false,
    rules: group.rules.map(({ rule_number, title, description, added_at }) => ({
      ...{ rule_number, title, description },
      added_at: added_at.toISOString(),
    })),
    created_at: group.created_at.toISOString(),
    updated_at: group.updated_at.toISOString(),
  };
}

export function toGroupWithConversation(group: Group, view: ConversationView, now: number): z.output<typeof groupWithConversation> {
  return { group: toGroupResource({ group, conversation: view.conversation }), conversation: toConversationResource(view, now) };
}
