import { mediaType, pixels, seconds } from '@caas/media';
import { double, email, freeForm, httpUrl, idOf, int32, int64, phone, text, z } from '@caas/schema';
import { SYSTEM_DATA_BYTES_MAX, SYSTEM_TYPES } from './system-content.js';

/** Kinds of message. `system` is written by CAAS only. */
export const MESSAGE_TYPES = ['text', 'image', 'video', 'audio', 'file', 'voice', 'location', 'contact', 'sticker', 'system'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Characters (code points) of one text; tenants allow 4 000 unless they choose otherwise. */
export const TEXT_LENGTH_MAX = 10_000;

export const MENTIONS_MAX = 50;

/** Offsets and lengths count UTF-16 units inside the text, as editors do. */
export const span = { offset: int32({ min: 0 }), length: int32({ min: 1 }) };

export const formatting = z
  .array(z.strictObject({ type: z.enum(['bold', 'italic', 'code', 'link', 'strikethrough']), ...span, url: httpUrl().optional() }))
  .max(100);

/** A user, or everyone in the conversation. */
export const mentioned = z.string().regex(/^(?:everyone|usr_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25})$/u, 'must be a user id or everyone');
const mentions = z.array(z.strictObject({ user_id: mentioned, display_name: text({ max: 100 }), ...span })).max(MENTIONS_MAX);

/** What a linked page says of itself; fetched by the server, never taken from a client. */
const linkPreview = z.strictObject({
  url: httpUrl(),
  title: text({ max: 300 }).optional(),
  description: text({ max: 1_000 }).optional(),
  image_url: httpUrl().optional(),
  site_name: text({ max: 100 }).optional(),
});

/** Media are named by their file: the URLs under which clients get them are signed, short-lived and made when a message is read. */
const fileFacts = { file_id: idOf('file'), file_name: text({ max: 255 }), file_size: int64({ min: 0 }) };
const processed = { processing_status: z.enum(['pending', 'processing', 'ready', 'failed']).optional() };
export const dimensions = { width: pixels(), height: pixels() };
const duration = seconds();
export const caption = text({ max: TEXT_LENGTH_MAX }).optional();

const textContent = z.strictObject({
  type: z.literal('text'),
  text: text({ min: 1, max: TEXT_LENGTH_MAX }),
  mentions: mentions.optional(),
  formatting: formatting.optional(),
  link_preview: linkPreview.optional(),
});
const imageContent = z.strictObject({
  type: z.literal('image'),
  media: z.strictObject({ ...fileFacts, mime_type: mediaType('image'), ...dimensions, ...processed }),
  text: caption,
});
const videoContent = z.strictObject({
  type: z.literal('video'),
  media: z.strictObject({ ...fileFacts, mime_type: mediaType('video'), ...dimensions, duration, ...processed }),
  text: caption,
});
const audioContent = z.strictObject({
  type: z.literal('audio'),
  media: z.strictObject({ ...fileFacts, mime_type: mediaType('audio'), duration, ...processed }),
  text: caption,
});
const fileContent = z.strictObject({
  type: z.literal('file'),
  media: z.strictObject({ ...fileFacts, mime_type: mediaType(), ...processed }),
  text: caption,
});
/** Loudness over time, for drawing. */
export const waveform = z.array(int32({ min: 0, max: 255 })).max(256);
const voiceContent = z.strictObject({
  type: z.literal('voice'),
  media: z.strictObject({
    ...fileFacts,
    mime_type: mediaType('audio'),
    duration,
    waveform,
    ...processed,
  }),
});
/** A place. */
export const location = z.strictObject({
  latitude: double({ min: -90, max: 90 }),
  longitude: double({ min: -180, max: 180 }),
  name: text({ max: 200 }).optional(),
  address: text({ max: 500 }).optional(),
});
const locationContent = z.strictObject({ type: z.literal('location'), location });
/** A user, or a name and one of telephone number and e-mail address. */
export const contact = z.strictObject({
  user_id: idOf('usr').optional(),
  name: text({ min: 1, max: 200 }).optional(),
  phone: phone().optional(),
  email: email().optional(),
});
const contactContent = z.strictObject({ type: z.literal('contact'), contact });
/** One of a pack that the clients of the tenant know. */
export const packedSticker = z.strictObject({ pack_id: text({ min: 1, max: 100 }), sticker_id: text({ min: 1, max: 100 }) });
/** A picture of its own, or one out of a pack. */
const stickerContent = z.strictObject({
  type: z.literal('sticker'),
  media: z.strictObject({ file_id: idOf('file'), mime_type: mediaType('image'), ...dimensions }).optional(),
  sticker: packedSticker.optional(),
});
const systemContent = z.strictObject({
  type: z.literal('system'),
  system: z.strictObject({ type: z.enum(SYSTEM_TYPES), data: freeForm({ maxBytes: SYSTEM_DATA_BYTES_MAX }) }),
});

/** What a message says in clear, by its type. The same shape travels in events and lies in the store. */
export const messageContent = z.discriminatedUnion('type', [
  textContent,
  imageContent,
  videoContent,
  audioContent,
  fileContent,
  voiceContent,
  locationContent,
  contactContent,
  stickerContent,
  systemContent,
]);
export type MessageContent = z.output<typeof messageContent>;

/** Characters of a preview in a list of conversations. */
const PREVIEW_LENGTH_MAX = 100;

/** The first characters of what a message says, for lists; `null` where it says nothing in words. */
export function previewOf(content: MessageContent): string | null {
  const words = 'text' in content ? content.text : undefined;
  if (words === undefined) return null;
  const points = [...words];
  return points.length <= PREVIEW_LENGTH_MAX ? words : `${points.slice(0, PREVIEW_LENGTH_MAX - 1).join('')}…`;
}
