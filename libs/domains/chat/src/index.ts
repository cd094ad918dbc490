/**
 * chat → identity, tenancy → composition → data-access-mongo, messaging-kafka, gateway-middleware → runtime → schema
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
