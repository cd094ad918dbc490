import { type TenantSeedContext } from '@caas/composition/seeding';
import { type CastMember, snapshotOf } from '@caas/identity/seeds';
import { type SeededFile } from '@caas/media/seeds';
import { type StoredContent } from '../messages/stored-content.js';
import { toSystemContent } from '../messages/system-content.js';
import { type SeededMessage } from './seeded-messages.js';

const WAVEFORM_POINTS = 32;
const CIPHERTEXT_BYTES = { min: 48, max: 320 } as const;

/** What a seeded message says. */
export function contentOf(context: TenantSeedContext, message: SeededMessage): StoredContent {
  const { kind, conversation, sequence, file } = message;
  const fake = () => context.fake('message', conversation.index, sequence);
  switch (kind) {
    case 'text':
      return textOf(context, message);
    case 'image':
      return { type: 'image', media: { ...factsOf(file), width: file!.width, height: file!.height }, text: fake().word.words(3) };
    case 'video':
      return { type: 'video', media: { ...factsOf(file), width: file!.width, height: file!.height, duration: file!.duration } };
    case 'audio':
      return { type: 'audio', media: { ...factsOf(file), duration: file!.duration } };
    case 'voice':
      return { type: 'voice', media: { ...factsOf(file), duration: file!.duration, waveform: waveformOf(context, message) } };
    case 'file':
      return { type: 'file', media: factsOf(file) };
    case 'location':
      return {
        type: 'location',
        location: { latitude: fake().location.latitude(), longitude: fake().location.longitude(), name: 'Meeting point' },
      };
    case 'contact':
      return { type: 'contact', contact: { user_id: conversation.members[0]!.userId } };
    case 'sticker':
      return { type: 'sticker', sticker: { pack_id: 'seed', sticker_id: String(sequence % 12) } };
    case 'system':
      return systemOf(message);
    case 'encrypted':
      return encryptedOf(context, message);
    case 'erased':
      return { type: 'erased', content_type: 'text' };
  }
}

/** What an edited message said before. */
export function originalOf(context: TenantSeedContext, { conversation, sequence }: SeededMessage): StoredContent {
  return { type: 'text', text: context.fake('original', conversation.index, sequence).hacker.phrase() };
}

function textOf(context: TenantSeedContext, { conversation, sequence, mentions }: SeededMessage): StoredContent {
  const words = context.fake('message', conversation.index, sequence).hacker.phrase();
  if (mentions === undefined) return { type: 'text', text: words };
  const { user_id, display_name } = snapshotOf(conversation.members[1] ?? conversation.members[0]!);
  const mention = `@${display_name}`;
  return { type: 'text', text: `${mention} ${words}`, mentions: [{ user_id, display_name, offset: 0, length: mention.length }] };
}

function factsOf(file: SeededFile | undefined) {
  const { fileId, name, size, mimeType } = file!;
  return { file_id: fileId, file_name: name, file_size: size, mime_type: mimeType, processing_status: 'ready' as const };
}

function waveformOf(context: TenantSeedContext, { conversation, sequence }: SeededMessage): number[] {
  return Array.from({ length: WAVEFORM_POINTS }, (_, point) =>
    context.number({ min: 0, max: 255 }, 'wave', conversation.index, sequence, point),
  );
}

function systemOf({ conversation: { members }, sequence }: SeededMessage): StoredContent {
  const owner = members[0]!.userId;
  if (sequence === 1) return toSystemContent({ type: 'group_created', data: { by: owner, name: 'Group' } });
  return toSystemContent({ type: 'user_joined', data: { user_id: members[sequence % members.length]!.userId, by: owner } });
}

/** Ciphertext that nobody can read, because nothing is in it. */
function encryptedOf(context: TenantSeedContext, { conversation, sequence, from }: SeededMessage): StoredContent {
  const { index, members } = conversation;
  const length = context.number(CIPHERTEXT_BYTES, 'ciphertext', index, sequence);
  const block = context.bytes('ciphertext', index, sequence);
  const recipients = members.filter(({ userId }) => userId !== from?.userId);
  return {
    type: 'encrypted',
    content_type: 'text',
    e2e: {
      v: 1,
      protocol: 'signal',
      ciphertext: Buffer.alloc(length, block),
      sender_device_id: (from as CastMember).deviceId,
      sender_key_id: context.rowId('session key', index, sequence),
      keys: recipients.map(({ userId, deviceId }) => ({
        user_id: userId,
        device_id: deviceId,
        kind: sequence === 1 ? ('prekey' as const) : ('message' as const),
        wrapped_key: context.bytes('wrapped key', index, sequence, userId),
      })),
    },
  };
}
