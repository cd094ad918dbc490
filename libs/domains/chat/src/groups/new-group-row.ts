import { type NewDocumentOf } from '@caas/data-access-mongo';
import { type Group, type groups } from './groups.collection.js';

/** What a group or channel has beyond its conversation, before anybody said anything about it. A fresh object each time. */
export function newGroupRow(conversationId: string, given: Partial<Pick<Group, 'metadata' | 'rules'>> = {}): NewDocumentOf<typeof groups> {
  return {
    conversation_id: conversationId,
    metadata: null,
    invite: null,
    rules: [],
    moderation: { auto_moderation_enabled: false, spam_detection_enabled: false, blocked_words: [] },
    ...given,
  };
}
