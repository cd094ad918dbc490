import { defineEvent } from '@caas/messaging-kafka';
import { idOf, timestampMs, z } from '@caas/schema';

/** A message has reached a device of its recipient. */
export const messageDelivered = defineEvent({
  type: 'message.delivered',
  version: '1.0.0',
  key: 'recipient_id',
  description: 'A device of the recipient has a message',
  payload: z.strictObject({
    message_id: idOf('msg'),
    conversation_id: idOf('conv'),
    recipient_id: idOf('usr'),
    device_id: idOf('dev').optional(),
    delivered_at: timestampMs(),
    delivery_method: z.enum(['push', 'websocket', 'email', 'sms']),
  }),
});

/** A user has read a message; `up_to`: and everything before it. */
export const messageRead = defineEvent({
  type: 'message.read',
  version: '1.0.0',
  key: 'reader_id',
  description: 'A user has read a message',
  payload: z.strictObject({
    message_id: idOf('msg'),
    conversation_id: idOf('conv'),
    reader_id: idOf('usr'),
    read_at: timestampMs(),
    up_to: z.boolean(),
  }),
});

/** Facts about who has got and read what, in the order of each user. */
export const RECEIPT_EVENTS = [messageDelivered, messageRead] as const;
