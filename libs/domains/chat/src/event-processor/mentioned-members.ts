import { type ConversationFacts } from '../conversations/conversation-directory.js';
import { type MessageContent } from '../messages/message-content.js';

/** The members whom a message mentions, each once; `everyone` is all of them. */
export function mentionedMembers({ members }: ConversationFacts, content: MessageContent | null): ReadonlySet<string> {
  if (content?.type !== 'text' || content.mentions === undefined) return NOBODY;
  const mentioned = new Set<string>();
  for (const { user_id: userId } of content.mentions) {
    if (userId === 'everyone') for (const member of Object.keys(members)) mentioned.add(member);
    else if (Object.hasOwn(members, userId)) mentioned.add(userId);
  }
  return mentioned;
}

const NOBODY: ReadonlySet<string> = new Set();
