import { pixels, seconds } from '@caas/media';
import { freeForm, idOf, int32, text, z } from '@caas/schema';
import {
  caption,
  contact,
  formatting,
  location,
  mentioned,
  MENTIONS_MAX,
  type MessageType,
  packedSticker,
  span,
  TEXT_LENGTH_MAX,
  waveform,
} from './message-content.js';

/** Whom a text mentions, and where. Without a list the names after an `@` are looked up among the members. */
export const newMentions = z.array(z.strictObject({ user_id: mentioned, ...span })).max(MENTIONS_MAX);

/** What every kind of message can have. `type` stands outside the content, as everywhere in the API. */
const common = {
  client_message_id: text({ min: 1, max: 64 }).optional(),
  /** The message that begins the thread. */
  root_message_id: idOf('msg').optional(),
  /** The message that is quoted. */
  parent_message_id: idOf('msg').optional(),
  metadata: freeForm().optional(),
  /** Nobody is notified. */
  silent: z.boolean().optional(),
  /** It disappears so long after it was accepted. */
  expires_in_seconds: int32({ min: 5, max: 31_536_000 }).optional(),
};

const file = { file_id: idOf('file') };
const size = { width: pixels().optional(), height: pixels().optional() };
const duration = seconds();

const saying = <const Type extends MessageType, Content extends z.ZodType>(type: Type, content: Content) =>
  z.strictObject({ type: z.literal(type), content, ...common });

/** The kinds of message, each with its content; `more` is what a route adds to all of them. */
function branchesWith<More extends z.ZodRawShape>(more: More) {
  return [
    saying('text', z.strictObject({ text: text({ max: TEXT_LENGTH_MAX }), formatting: formatting.optional() })).extend({
      mentions: newMentions.optional(),
      ...more,
    }),
    saying('image', z.strictObject({ media: z.strictObject({ ...file, ...size }), text: caption })).extend(more),
    saying('video', z.strictObject({ media: z.strictObject({ ...file, ...size, duration: duration.optional() }), text: caption })).extend(
      more,
    ),
    saying('audio', z.strictObject({ media: z.strictObject({ ...file, duration: duration.optional() }), text: caption })).extend(more),
    saying('file', z.strictObject({ media: z.strictObject(file), text: caption })).extend(more),
    saying('voice', z.strictObject({ media: z.strictObject({ ...file, duration, waveform }) })).extend(more),
    saying('location', location).extend(more),
    saying('contact', contact).extend(more),
    saying('sticker', z.strictObject({ media: z.strictObject({ ...file, ...size }).optional(), ...packedSticker.partial().shape })).extend(
      more,
    ),
    saying('system', freeForm()).extend(more),
  ] as const;
}

/** What a caller says about a message. Its content is of the shape that its type asks for; `system` is there to be refused. */
export const newMessage = z.discriminatedUnion('type', branchesWith({}));
export type NewMessage = z.output<typeof newMessage>;

/** The same where the path does not say into which conversation. */
export const newMessageInto = z.discriminatedUnion('type', branchesWith({ conversation_id: idOf('conv') }));
