import { describe, expect, it } from '@jest/globals';
import { type StoredFile } from '@caas/media';
import { AppError, ValidationError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { SETTINGS_DEFAULTS, type SettingsDocument } from '@caas/tenancy';
import { aMember, aConversation } from '../fixtures/conversation.fixture.js';
import { aTenant } from '../fixtures/chat.fixture.js';
import { MessageComposer } from './message-composer.js';
import { type NewMessage } from './new-message.js';

const [sender, friend, file_id] = [newId('usr'), newId('usr'), newId('file')];

function aFile(change: { mime?: string; uploader?: string; dimensions?: object | null; status?: string; scan?: string } = {}): StoredFile {
  return {
    file_id,
    uploader_id: change.uploader ?? sender,
    metadata: { original_name: 'a.bin', mime_type: change.mime ?? 'image/png', size: 7, dimensions: change.dimensions ?? null },
    processing: { status: change.status ?? 'completed' },
    moderation: { scan_result: change.scan ?? 'safe' },
  } as unknown as StoredFile;
}

function compose(
  message: NewMessage,
  facts: { file?: StoredFile; settings?: Partial<Record<keyof SettingsDocument, object>>; canSendMedia?: boolean } = {},
) {
  const settings = Object.fromEntries(
    Object.entries(SETTINGS_DEFAULTS).map(([name, values]) => [name, { ...values, ...facts.settings?.[name as keyof SettingsDocument] }]),
  ) as unknown as SettingsDocument;
  const member = aMember({
    permissions: facts.canSendMedia === false ? ({ can_send_media: false } as never) : null,
  });
  const composer = new MessageComposer({
    files: { find: async (_, id) => (id === facts.file?.file_id ? facts.file : undefined) },
    users: { find: async (_, id) => (id === friend ? ({ user_id: friend } as never) : undefined) },
  });
  const conversation = aConversation({ members: { [sender]: member, [friend]: aMember({ displayName: 'Grace' }) } });
  return composer.compose(message, { tenant: aTenant(), senderId: sender, allowed: { conversation, member }, settings });
}

/** The code of what is thrown, with the field that it names. */
async function refusalOf(...args: Parameters<typeof compose>): Promise<string> {
  try {
    await compose(...args);
    return 'nothing';
  } catch (error) {
    if (error instanceof ValidationError) return `${error.code} ${error.issues[0]?.field}`;
    return error instanceof AppError ? error.code : String(error);
  }
}

const text = (words: string, more: object = {}): NewMessage => ({ type: 'text', content: { text: words }, ...more });
const media = (type: string, more: object = {}, content: object = {}): NewMessage =>
  ({ type, content: { media: { file_id, ...more }, ...content } }) as NewMessage;

describe('a text', () => {
  it('is trimmed, and waits for nothing', () => {
    expect(compose(text('  hi '))).toEqual({ type: 'text', text: 'hi' });
  });

  it('keeps formatting and mentions on their words, with the name of the member', () => {
    const message = {
      type: 'text',
      content: { text: ' hi @grace', formatting: [{ type: 'bold', offset: 1, length: 2 }] },
      mentions: [{ user_id: friend, offset: 4, length: 6 }],
    } as const satisfies NewMessage;

    expect(compose(message)).toEqual({
      type: 'text',
      text: 'hi @grace',
      formatting: [{ type: 'bold', offset: 0, length: 2 }],
      mentions: [{ user_id: friend, display_name: 'Grace', offset: 3, length: 6 }],
    });
  });

  it.each<[string, NewMessage, Parameters<typeof compose>[1], string]>([
    ['without a visible character', text(' \n'), {}, 'MSG_EMPTY /body/content/text'],
    ['longer than the tenant allows', text('12345'), { settings: { chat: { max_message_length: 4 } } }, 'MSG_TOO_LONG /body/content/text'],
    ['with a blocked word', text('oh darn'), { settings: { moderation: { custom_blocked_words: ['darn'] } } }, 'MSG_BLOCKED_CONTENT'],
    [
      'in clear where only ciphertext is taken',
      text('hi'),
      { settings: { security: { e2e_encryption_required: true } } },
      'MSG_ENCRYPTION_REQUIRED',
    ],
    [
      'with a mention beyond its end',
      text('hi', { mentions: [{ user_id: friend, offset: 1, length: 2 }] }),
      {},
      'MSG_CONTENT_MISMATCH /body/mentions/0',
    ],
  ])('is refused %s', async (_, message, facts, expected) => {
    expect(await refusalOf(message, facts)).toBe(expected);
  });

  it('counts code points, not units', async () => {
    const settings = { chat: { max_message_length: 4 } };

    expect(await refusalOf(text('😀😀😀😀'), { settings })).toBe('nothing');
    expect(await refusalOf(text('😀😀😀😀😀'), { settings })).toBe('MSG_TOO_LONG /body/content/text');
  });
});

describe('media', () => {
  it('get what the server knows of the file, and the caption', async () => {
    const file = aFile({ dimensions: { width: 640, height: 480, duration: null } });

    expect(await compose(media('image', { width: 1, height: 1 }, { text: ' look ' }), { file })).toEqual({
      type: 'image',
      media: { file_id, file_name: 'a.bin', file_size: 7, mime_type: 'image/png', processing_status: 'ready', width: 640, height: 480 },
      text: 'look',
    });
  });

  it('take the sender’s word for the size while the file is being processed', async () => {
    const file = aFile({ mime: 'video/mp4', status: 'processing' });

    expect(await compose(media('video', { width: 2, height: 3, duration: 4 }), { file })).toMatchObject({
      type: 'video',
      media: { width: 2, height: 3, duration: 4, processing_status: 'processing' },
    });
  });

  const OFF = { settings: { chat: { voice_messages_enabled: false, video_messages_enabled: false, location_sharing_enabled: false } } };
  const voice = (duration: number) => media('voice', { duration, waveform: [1] });
  it.each<[string, NewMessage, Parameters<typeof compose>[1], string]>([
    ['without a file', media('image'), {}, 'VAL_REFERENCE /body/content/media/file_id'],
    ['with a file of somebody else', media('image'), { file: aFile({ uploader: friend }) }, 'VAL_REFERENCE /body/content/media/file_id'],
    ['with a file that failed', media('image'), { file: aFile({ status: 'failed' }) }, 'VAL_REFERENCE /body/content/media/file_id'],
    ['with a file that the scan blocked', media('image'), { file: aFile({ scan: 'blocked' }) }, 'FILE_BLOCKED'],
    ['with a file of another kind', media('audio', { duration: 1 }), { file: aFile() }, 'MSG_CONTENT_MISMATCH /body/content/media/file_id'],
    [
      'without a size that nobody knows',
      media('image'),
      { file: aFile({ status: 'pending' }) },
      'MSG_CONTENT_MISMATCH /body/content/media/width',
    ],
    ['from a member who may send none', media('file'), { file: aFile(), canSendMedia: false }, 'MSG_TYPE_DISABLED'],
    ['that speak too long', voice(901), { file: aFile({ mime: 'audio/ogg' }) }, 'MSG_CONTENT_MISMATCH /body/content/media/duration'],
    ['of a kind that is switched off: voice', voice(1), OFF, 'MSG_TYPE_DISABLED'],
    ['of a kind that is switched off: video', media('video'), OFF, 'MSG_TYPE_DISABLED'],
    ['of a kind that is switched off: location', { type: 'location', content: { latitude: 0, longitude: 0 } }, OFF, 'MSG_TYPE_DISABLED'],
    [
      'with a blocked word in the caption',
      media('image', {}, { text: 'darn' }),
      { file: aFile(), settings: { moderation: { custom_blocked_words: ['darn'] } } },
      'MSG_BLOCKED_CONTENT',
    ],
  ])('are refused %s', async (_, message, facts, expected) => {
    expect(await refusalOf(message, facts)).toBe(expected);
  });
});

describe('other kinds', () => {
  it.each<[string, NewMessage, object]>([
    [
      'a place',
      { type: 'location', content: { latitude: 1, longitude: 2, name: 'Here' } },
      { type: 'location', location: { latitude: 1, longitude: 2, name: 'Here' } },
    ],
    ['a user', { type: 'contact', content: { user_id: friend } }, { type: 'contact', contact: { user_id: friend } }],
    [
      'a person',
      { type: 'contact', content: { name: 'Ada', email: 'a@example.com' } },
      { type: 'contact', contact: { name: 'Ada', email: 'a@example.com' } },
    ],
    [
      'a sticker',
      { type: 'sticker', content: { pack_id: 'p', sticker_id: 's' } },
      { type: 'sticker', sticker: { pack_id: 'p', sticker_id: 's' } },
    ],
  ])('%s', async (_, message, expected) => {
    expect(await compose(message)).toEqual(expected);
  });

  it.each<[string, NewMessage, string]>([
    ['a contact that is nobody', { type: 'contact', content: { user_id: newId('usr') } }, 'VAL_REFERENCE /body/content/user_id'],
    ['a name alone', { type: 'contact', content: { name: 'Ada' } }, 'MSG_CONTENT_MISMATCH /body/content'],
    ['half a sticker', { type: 'sticker', content: { pack_id: 'p' } }, 'MSG_CONTENT_MISMATCH /body/content'],
    ['what only the server says', { type: 'system', content: { type: 'user_left' } }, 'MSG_TYPE_DISABLED'],
  ])('%s is refused', async (_, message, expected) => {
    expect(await refusalOf(message)).toBe(expected);
  });
});
