import { z } from '@caas/schema';
import { encryptedContent, type SaidContent } from './encrypted-content.js';
import { contact, location, type MessageContent, messageContent, packedSticker } from './message-content.js';

const [textContent, image, video, audio, file, voice, , , stickerContent, system] = messageContent.options;

/** What a message says, as the API shows it: as it is sent, and with what the server knows of its file. Mentions stand beside it. */
export const contentResource = z.discriminatedUnion('type', [
  textContent.omit({ mentions: true }),
  image,
  video,
  audio,
  file,
  voice,
  location.extend({ type: z.literal('location') }),
  contact.extend({ type: z.literal('contact') }),
  stickerContent.omit({ sticker: true }).extend(packedSticker.partial().shape),
  system,
  // The kind of the message stands beside the content, as of every message.
  encryptedContent.omit({ content_type: true, mentions: true }),
]);
export type ContentResource = z.output<typeof contentResource>;

export function toContentResource(content: SaidContent): ContentResource {
  switch (content.type) {
    case 'text': {
      if (content.mentions === undefined) return content;
      const { mentions: _mentions, ...rest } = content;
      return rest;
    }
    case 'location':
      return { type: content.type, ...content.location };
    case 'contact':
      return { type: content.type, ...content.contact };
    case 'sticker':
      return { type: content.type, ...(content.media && { media: content.media }), ...content.sticker };
    case 'encrypted': {
      const { type, media, e2e } = content;
      return { type, ...(media && { media }), e2e };
    }
    default:
      return content;
  }
}

/** The content out of what the API showed; the inverse of {@link toContentResource}, with the mentions put back. Null when it is encrypted: nobody but its readers looks at that again. */
export function fromContentResource(
  content: ContentResource,
  mentions: NonNullable<Extract<MessageContent, { type: 'text' }>['mentions']>,
): MessageContent | null {
  switch (content.type) {
    case 'encrypted':
      return null;
    case 'text':
      return { ...content, ...(mentions.length > 0 && { mentions }) };
    case 'location': {
      const { type, ...place } = content;
      return { type, location: place };
    }
    case 'contact': {
      const { type, ...person } = content;
      return { type, contact: person };
    }
    case 'sticker': {
      const { type, media, pack_id, sticker_id } = content;
      return {
        type,
        ...(media && { media }),
        ...(pack_id !== undefined && sticker_id !== undefined && { sticker: { pack_id, sticker_id } }),
      };
    }
    default:
      return content;
  }
}
