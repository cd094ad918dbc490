import { defineTenantSeed } from '@caas/composition/seeding';
import { reactions } from '../reactions/reactions.collection.js';
import { seededMessages } from './seeded-messages.js';

/** Reactions, as the messages' own summaries count them. */
export const reactionsSeed = defineTenantSeed({
  name: 'reactions',
  collection: reactions,
  plan: (context) => {
    const rows = seededMessages(context).flatMap((own) =>
      own.flatMap(({ messageId, conversation, at, reactions: given }) =>
        given.map(({ emoji, member }, position) => ({
          reaction_id: context.rowId('reaction', messageId, position),
          message_id: messageId,
          conversation_id: conversation.conversationId,
          user_id: member.userId,
          emoji,
          emoji_type: 'unicode' as const,
          custom_emoji_id: null,
          custom_emoji_url: null,
          expires_at: null,
          created_at: new Date(at.getTime() + 30_000 * (position + 1)),
        })),
      ),
    );
    return { total: rows.length, rows };
  },
});
