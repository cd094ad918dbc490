import { type Mongo, op } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { type ConversationDirectory } from '../conversations/conversation-directory.js';
import { conversations } from '../conversations/conversations.collection.js';
import { type EventItem, recordsOf } from './event-item.js';

/**
 * A new message brings a conversation back into the lists of members who hid or archived it, except for those who want it to stay there. Only conversations
 * that somebody waits for are written; a repeat finds nothing to do.
 */
export async function bringBack(
  { mongo, conversations: directory }: { mongo: Mongo; conversations: ConversationDirectory },
  tenant: TenantContext,
  items: readonly EventItem[],
): Promise<void> {
  const ids = new Set<string>();
  for (const { item, record } of recordsOf(items, 'message.persisted')) {
    const { operation, content, conversation_id: id } = record.payload;
    if (operation === 'sent' && content?.type !== 'system' && item.conversation?.isAwaited === true) ids.add(id);
  }
  const repository = mongo.forTenant(tenant).repository(conversations);
  for (const id of ids) {
    await repository.updateMany(
      { conversation_id: id },
      {
        set: {
          'participants.$[hidden].settings.hidden': false,
          'participants.$[archived].settings.archived': false,
          'participants.$[archived].settings.archived_at': null,
        },
        elements: {
          hidden: { 'settings.hidden': true },
          archived: { 'settings.archived': true, 'settings.keep_archived': op.ne(true) },
        },
      },
    );
    await directory.invalidate(tenant, id);
  }
}
