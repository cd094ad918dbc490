import { describe, expect, it } from '@jest/globals';
import { listQuery, pageOf } from '@caas/gateway-middleware';
import { expectRenderingsAgree } from '@caas/testing/schema';
import { chatModule } from './chat.module.js';
import { conversations } from './conversations/conversations.collection.js';
import { conversationResource } from './conversations/conversations.resource.js';
import { newConversation } from './conversations/conversations.service.js';
import { messages } from './messages/messages.collection.js';
import { messageResource } from './messages/messages.resource.js';
import { newMessage, newMessageInto } from './messages/new-message.js';
import { messageEdit } from './messages/message-changes.service.js';
import { messagesQuery } from './messages/messages.routes.js';

describe('schemas of chat', () => {
  it.each(chatModule.collections.map((collection) => [collection.name, collection] as const))(
    'collection %s means the same to zod and MongoDB',
    (_, { storedSchema }) => {
      expectRenderingsAgree(storedSchema, { dialects: ['bson'], runs: 40 });
    },
  );

  it.each(chatModule.topics.flatMap(({ events }) => events).map((event) => [event.type, event] as const))(
    'event %s means the same to zod, Avro and JSON Schema',
    (_, { payload }) => {
      expectRenderingsAgree(payload, { dialects: ['avro', 'json'], runs: 40 });
    },
  );

  it.each([
    ['a new conversation', newConversation],
    ['a conversation', conversationResource],
    ['a new message', newMessage],
    ['a new message with its conversation', newMessageInto],
    ['an edit', messageEdit],
    ['the query of messages', messagesQuery],
    ['a message', messageResource],
    ['a page', pageOf(messageResource)],
    ['the query of a list', listQuery({ defaultLimit: 20 })],
  ] as const)('%s means the same to zod and JSON Schema', (_, schema) => {
    expectRenderingsAgree(schema, { dialects: ['json'], runs: 40 });
  });
});

describe('indexes of lists', () => {
  const keysOf = (collection: typeof conversations | typeof messages, name: string): string[] =>
    Object.keys(collection.indexes.find((index) => index.name === name)?.keys ?? {});

  it.each(['participant_activity', 'status_activity', 'type_activity'])('%s ends with the id, which breaks ties', (name) => {
    expect(keysOf(conversations, name).slice(-2)).toEqual(['last_activity_at', 'conversation_id']);
  });

  it('messages are listed by a unique index alone', () => {
    expect(keysOf(messages, 'conversation_sequence_unique')).toEqual(['tenant_id', 'conversation_id', 'sequence']);
  });
});
