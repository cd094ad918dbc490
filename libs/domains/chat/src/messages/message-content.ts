import { double, freeForm, httpUrl, idOf, int32, int64, text, z } from '@caas/schema';

/** Kinds of message. `system` is written by CAAS only. */
export const MESSAGE_TYPES = ['text', 'image', 'video', 'audio', 'file', 'voice', 'location', 'contact', 'sticker', 'system'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Kinds that a client can send today; the others have their shape here and come with the media and group features. */
export const SENDABLE_TYPES: ReadonlySet<MessageType> = new Set(['text']);

/** Characters (code points) of one text. */
export const TEXT_LENGTH_MAX = 4_000;

/** Offsets and lengths count UTF-16 units inside the text, as editors do. */
const formatting = z
  .array(
    z.strictObject({
      type: z.enum(['bold', 'italic', 'underline', 'strikethrough', 'code', 'link']),
      offset: int32({ min: 0 }),
      length: int32({ min: 1 }),
      url: httpUrl().optional(),
    }),
  )
  .max(100);

const mentions = z
  .array(
    z.strictObject({
      user_id: idOf('usr'),
      display_name: text({ max: 100 }),
      offset: int32({ min: 0 }),
      length: int32({ min: 1 }),
    }),
  )
  .max(50);

const caption = text({ max: TEXT_LENGTH_MAX }).optional();
const fileId = z.string().regex(/^file_[0-9a-z]{26}$/);
const fileFacts = { file_id: fileId, file_name: text({ max: 255 }), file_size: int64({ min: 0 }), mime_type: text({ max: 100 }) };
const dimensions = { width: int32({ min: 1 }), height: int32({ min: 1 }) };
const duration = double({ min: 0 });

const textContent = z.strictObject({
  type: z.literal('text'),
  text: text({ min: 1, max: TEXT_LENGTH_MAX }),
  mentions: mentions.optional(),
  formatting: formatting.optional(),
});
const imageContent = z.strictObject({ type: z.literal('image'), media: z.strictObject({ ...fileFacts, ...dimensions }), text: caption });
const videoContent = z.strictObject({
  type: z.literal('video'),
  media: z.strictObject({ ...fileFacts, ...dimensions, duration }),
  text: caption,
});
const audioContent = z.strictObject({ type: z.literal('audio'), media: z.strictObject({ ...fileFacts, duration }), text: caption });
const fileContent = z.strictObject({ type: z.literal('file'), media: z.strictObject(fileFacts), text: caption });
const voiceContent = z.strictObject({
  type: z.literal('voice'),
  media: z.strictObject({ ...fileFacts, duration, waveform: z.array(int32({ min: 0, max: 255 })).max(256) }),
});
const locationContent = z.strictObject({
  type: z.literal('location'),
  location: z.strictObject({
    latitude: double({ min: -90, max: 90 }),
    longitude: double({ min: -180, max: 180 }),
    name: text({ max: 200 }).optional(),
    address: text({ max: 500 }).optional(),
  }),
});
const contactContent = z.strictObject({
  type: z.literal('contact'),
  contact: z.strictObject({
    user_id: idOf('usr').optional(),
    name: text({ max: 200 }).optional(),
    phone: text({ max: 32 }).optional(),
    email: text({ max: 254 }).optional(),
  }),
});
const stickerContent = z.strictObject({
  type: z.literal('sticker'),
  sticker: z.strictObject({
    file_id: fileId.optional(),
    pack_id: text({ max: 100 }).optional(),
    sticker_id: text({ max: 100 }).optional(),
  }),
});
const systemContent = z.strictObject({
  type: z.literal('system'),
  system: z.strictObject({ type: text({ min: 1, max: 50 }), data: freeForm() }),
});

/** What a message says, by its type. The same shape travels in events and lies in the store. */
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

/** What may be sent today, as the API takes it. */
export const sendableContent = textContent;

/** Characters of a preview in a list of conversations. */
const PREVIEW_LENGTH_MAX = 100;

/** The first characters of what a message says, for lists; `null` where it says nothing in words. */
export function previewOf(content: MessageContent): string | null {
  const words = 'text' in content ? content.text : undefined;
  if (words === undefined) return null;
  const points = [...words];
  return points.length <= PREVIEW_LENGTH_MAX ? words : `${points.slice(0, PREVIEW_LENGTH_MAX - 1).join('')}…`;
}
