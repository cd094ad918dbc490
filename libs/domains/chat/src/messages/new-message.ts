import { pixels, seconds } from '@caas/media';
import { freeForm, idOf, int32, text, z } from '@caas/schema';
import { e2eWire } from './encrypted-content.js';
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
const duration = seconds().optional();
const mentions = newMentions.optional();

/** In place of everything that is said in clear but the file: what is required there is required without it only, which the composer says. */
const sealed = { e2e: e2eWire.optional() };

const saying = <const Type extends MessageType, Content extends z.ZodType>(type: Type, content: Content) =>
  z.strictObject({ type: z.literal(type), content, ...common });

/** The kinds of message, each with its content; `more` is what a route adds to all of them. */
function branchesWith<More extends z.ZodRawShape>(more: More) {
  return [
    saying('text', z.strictObject({ text: caption, formatting: formatting.optional(), ...sealed })).extend({ mentions, ...more }),
    saying('image', z.strictObject({ media: z.strictObject({ ...file, ...size }), text: caption, ...sealed })).extend(more),
    saying('video', z.strictObject({ media: z.strictObject({ ...file, ...size, duration }), text: caption, ...sealed })).extend(more),
    saying('audio', z.strictObject({ media: z.strictObject({ ...file, duration }), text: caption, ...sealed })).extend(more),
    saying('file', z.strictObject({ media: z.strictObject(file), text: caption, ...sealed })).extend(more),
    saying('voice', z.strictObject({ media: z.strictObject({ ...file, duration, waveform: waveform.optional() }), ...sealed })).extend(
      more,
    ),
    saying('location', location.partial({ latitude: true, longitude: true }).extend(sealed)).extend(more),
    saying('contact', contact.extend(sealed)).extend(more),
    saying(
      'sticker',
      z.strictObject({ media: z.strictObject({ ...file, ...size }).optional(), ...packedSticker.partial().shape, ...sealed }),
    ).extend(more),
    saying('system', freeForm()).extend(more),
  ] as const;
}

/** What a caller says about a message. Its content is of the shape that its type asks for; `system` is there to be refused. */
export const newMessage = z.discriminatedUnion('type', branchesWith({}));
export type NewMessage = z.output<typeof newMessage>;

/** The same where the path does not say into which conversation. */
export const newMessageInto = z.discriminatedUnion('type', branchesWith({ conversation_id: idOf('conv') }));
