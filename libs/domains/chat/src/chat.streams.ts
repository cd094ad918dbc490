import { type Services } from '@caas/composition';
import { type StreamDefinition } from '@caas/data-access-mongo';
import { ConversationDirectory } from './conversations/conversation-directory.js';
import { membershipCacheStream } from './conversations/membership-cache.stream.js';

/** What the worker follows in the chat module's collections. */
export default function chatStreams({ mongo, redis }: Services): StreamDefinition[] {
  return [membershipCacheStream({ directory: new ConversationDirectory({ mongo, redis }) })];
}
