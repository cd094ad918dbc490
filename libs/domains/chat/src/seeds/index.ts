/** The seeds of chat. Not for what ships: loads the generator of names. */
import { attachmentMediaSeed, attachmentsSeed } from './attachments.seed.js';
import { conversationsSeed } from './conversations.seed.js';
import { groupAnnouncementsSeed, groupEventAttendeesSeed, groupEventsSeed, groupModerationSeed } from './group-life.seed.js';
import { groupMembersSeed, groupsSeed, joinRequestsSeed } from './groups.seed.js';
import { messageHidesSeed, messagesSeed } from './messages.seed.js';
import { reactionsSeed } from './reactions.seed.js';
import { readReceiptsSeed, readStatesSeed } from './receipts.seed.js';

export default [
  ...[conversationsSeed, messagesSeed, messageHidesSeed, reactionsSeed, readReceiptsSeed, readStatesSeed],
  ...[attachmentsSeed, attachmentMediaSeed],
  ...[
    groupsSeed,
    groupMembersSeed,
    joinRequestsSeed,
    groupAnnouncementsSeed,
    groupEventsSeed,
    groupEventAttendeesSeed,
    groupModerationSeed,
  ],
];
