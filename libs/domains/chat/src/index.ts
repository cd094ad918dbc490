/**
 * chat → media, identity, tenancy → composition → data-access-mongo, messaging-kafka, gateway-middleware → runtime → schema
 *
 * Conversations and their messages.
 *
 * - *accepted*: acknowledged by Kafka, cannot be lost any more. *Stored*: lies in MongoDB and has its sequence.
 * - *sequence*: the number of a message in its conversation, given when it is stored; rises, may have gaps.
 */
export { chatModule } from './chat.module.js';
export { type Conversation } from './conversations/conversations.collection.js';
export { messageContent, type MessageContent, type MessageType } from './messages/message-content.js';
export { chatEvents, chatMessages, messagePersisted, messageRejected, messageSent } from './messages/messages.events.js';
export { GroupInvitesService } from './groups/group-invites.service.js';
export { type Group } from './groups/groups.collection.js';
export { type GroupMember } from './groups/group-members.collection.js';
export { type StoredContent } from './messages/stored-content.js';
export { type SystemEvent, toSystemContent } from './messages/system-content.js';
export { ReactionsService } from './reactions/reactions.service.js';
export { type ReadState } from './receipts/read-states.collection.js';
export { ReadStatesService } from './receipts/read-states.service.js';
