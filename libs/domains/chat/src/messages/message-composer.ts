import { type FileReader, type StoredFile } from '@caas/media';
import { type UserReader } from '@caas/identity';
import { AppError, type FieldIssue, type TenantContext, ValidationError } from '@caas/runtime';
import { type Allowed } from '../conversations/conversation-access.js';
import { memberOf } from '../conversations/conversation-rules.js';
import { type ContentSettings, requireClear, requireText, requireTypeEnabled } from './content-rules.js';
import { e2eOf, encryptedOf } from './encrypted-composer.js';
import { type E2eWire, type EncryptedContent, type SaidContent } from './encrypted-content.js';
import { type MessageContent } from './message-content.js';
import { type NewMessage } from './new-message.js';
import { fit, refitted, saidText } from './said-text.js';

type Said<Type extends NewMessage['type']> = Extract<NewMessage, { type: Type }>;
type WithFile = Said<'image' | 'video' | 'audio' | 'file' | 'voice'>;
type Mention = NonNullable<Said<'text'>['mentions']>[number];

/** Who says something, where, and what the tenant allows. */
export interface Composing {
  readonly tenant: TenantContext;
  readonly senderId: string;
  readonly allowed: Allowed;
  readonly settings: ContentSettings;
}

/** Makes out of what a caller says what a message says: checked against the tenant's rules, its file and its contact looked up. */
export class MessageComposer {
  readonly #files: Pick<FileReader, 'find'>;
  readonly #users: Pick<UserReader, 'find'>;

  constructor(options: { files: Pick<FileReader, 'find'>; users: Pick<UserReader, 'find'> }) {
    this.#files = options.files;
    this.#users = options.users;
  }

  /**
   * The content of a new message, in clear or encrypted; synchronous where nothing is to be looked up. Throws `MSG_TYPE_DISABLED`, `MSG_ENCRYPTION_REQUIRED`, `MSG_EMPTY`,
   * `MSG_TOO_LONG`, `MSG_BLOCKED_CONTENT`, `MSG_CONTENT_MISMATCH`, `FILE_BLOCKED`, and `VAL_REFERENCE` for a file or a user that is not there.
   */
  compose(message: NewMessage, composing: Composing): SaidContent | Promise<SaidContent> {
    requireTypeEnabled(message.type, composing.settings);
    const e2e = e2eOf(message);
    if (e2e !== undefined && message.type !== 'system') return this.#encrypted(message, e2e, composing);
    requireClear(composing.allowed.conversation, composing.settings);
    switch (message.type) {
      case 'text':
        return textOf(given(message.content.text, '/body/content/text'), message, composing);
      case 'location':
        return { type: 'location', location: placeOf(message.content) };
      case 'contact':
        return this.#contact(message, composing);
      case 'sticker':
        return this.#sticker(message, composing);
      case 'system': // refused above
        throw new AppError('MSG_TYPE_DISABLED', 'System messages are written by the server only.');
      default:
        return this.#media(message, composing);
    }
  }

  /** Opaque: nothing is looked at but the file, which is the sender's. */
  #encrypted(
    message: Exclude<NewMessage, { type: 'system' }>,
    e2e: E2eWire,
    composing: Composing,
  ): EncryptedContent | Promise<EncryptedContent> {
    const content = encryptedOf(message, e2e);
    return content.media === undefined ? content : this.#ownFile(content.media.file_id, composing).then(() => content);
  }

  async #media(message: WithFile, composing: Composing): Promise<MessageContent> {
    const said = 'text' in message.content && message.content.text !== undefined ? message.content.text : undefined;
    const caption = said === undefined ? '' : requireText(saidText(said), message.type, composing.settings);
    const file = await this.#file(message.content.media.file_id, message.type, composing);
    return mediaContent(message, file, caption === '' ? {} : { text: caption });
  }

  async #sticker({ content }: Said<'sticker'>, composing: Composing): Promise<MessageContent> {
    const { media, pack_id, sticker_id } = content;
    if (media === undefined) {
      if (pack_id === undefined || sticker_id === undefined)
        throw mismatch({ field: '/body/content', code: 'required', message: 'needs media.file_id, or pack_id and sticker_id' });
      return { type: 'sticker', sticker: { pack_id, sticker_id } };
    }
    const file = await this.#file(media.file_id, 'sticker', composing);
    const { width, height } = sizeOf(media, file);
    return {
      type: 'sticker',
      media: { file_id: file.file_id, mime_type: file.metadata.mime_type, width, height },
      ...(pack_id !== undefined && sticker_id !== undefined && { sticker: { pack_id, sticker_id } }),
    };
  }

  async #contact({ content: { e2e: _sealed, ...contact } }: Said<'contact'>, { tenant }: Composing): Promise<MessageContent> {
    const { user_id, name, phone, email } = contact;
    if (user_id === undefined && (name === undefined || (phone === undefined && email === undefined)))
      throw mismatch({ field: '/body/content', code: 'required', message: 'needs user_id, or a name with phone or email' });
    if (user_id !== undefined && (await this.#users.find(tenant, user_id)) === undefined)
      throw unknown('/body/content/user_id', 'there is no such user');
    return { type: 'contact', contact };
  }

  async #file(fileId: string, type: WithFile['type'] | 'sticker', composing: Composing): Promise<StoredFile> {
    const file = await this.#ownFile(fileId, composing);
    const family = FAMILIES[type];
    if (family === undefined || file.metadata.mime_type.startsWith(family)) return file;
    throw mismatch({ field: FILE_FIELD, code: 'media_type', message: `is a file of another kind than ${type} messages have` });
  }

  /** The sender's own file. One of somebody else answers as one that does not exist. */
  async #ownFile(fileId: string, { tenant, senderId, allowed }: Composing): Promise<StoredFile> {
    if (allowed.member?.permissions?.can_send_media === false)
      throw new AppError('MSG_TYPE_DISABLED', 'The acting user may send no media in this conversation.');
    const file = await this.#files.find(tenant, fileId);
    if (file?.uploader_id !== senderId) throw unknown(FILE_FIELD, 'the sender has no such file');
    if (file.moderation.scan_result === 'blocked')
      throw new AppError('FILE_BLOCKED', 'The file did not pass the scan for harmful content.');
    if (file.processing.status === 'failed') throw unknown(FILE_FIELD, 'the file could not be processed');
    return file;
  }
}

const FILE_FIELD = '/body/content/media/file_id';
const DURATION_FIELD = '/body/content/media/duration';

/** How the media type of a file begins, by the kind of message. */
const FAMILIES: Readonly<Partial<Record<WithFile['type'] | 'sticker', string>>> = {
  image: 'image/',
  sticker: 'image/',
  video: 'video/',
  audio: 'audio/',
  voice: 'audio/',
};

/** Longest voice message, in seconds. */
const VOICE_SECONDS_MAX = 900;

/** A text as the tenant lets it stand, with its spans where its words are, and mentions by the names that members have. */
export function textOf(
  said: string,
  { content, mentions }: { content: { formatting?: Said<'text'>['content']['formatting'] }; mentions?: readonly Mention[] | undefined },
  { allowed, settings }: Pick<Composing, 'allowed' | 'settings'>,
): Extract<MessageContent, { type: 'text' }> {
  const kept = saidText(said);
  const text = requireText(kept, 'text', settings);
  const { formatting } = content;
  if (formatting === undefined && mentions === undefined) return { type: 'text', text };
  requireFit('/body/content/formatting', formatting, said);
  requireFit('/body/mentions', mentions, said);
  return {
    type: 'text',
    text,
    ...(formatting && { formatting: refitted(formatting, said, kept) }),
    ...(mentions && {
      mentions: refitted(mentions, said, kept).map(({ user_id, offset, length }) => ({
        user_id,
        display_name: memberOf(allowed.conversation, user_id)?.displayName ?? '', // the worker drops whoever is no member
        offset,
        length,
      })),
    }),
  };
}

function mediaContent(message: WithFile, file: StoredFile, caption: { text?: string }): MessageContent {
  const facts = {
    file_id: file.file_id,
    file_name: file.metadata.original_name ?? '',
    file_size: file.metadata.size,
    mime_type: file.metadata.mime_type,
    processing_status: file.processing.status === 'completed' ? ('ready' as const) : file.processing.status,
  };
  switch (message.type) {
    case 'image':
      return { type: 'image', media: { ...facts, ...sizeOf(message.content.media, file) }, ...caption };
    case 'video':
      return {
        type: 'video',
        media: { ...facts, ...sizeOf(message.content.media, file), duration: durationOf(message.content.media, file) },
        ...caption,
      };
    case 'audio':
      return { type: 'audio', media: { ...facts, duration: durationOf(message.content.media, file) }, ...caption };
    case 'file':
      return { type: 'file', media: facts, ...caption };
    case 'voice':
      return { type: 'voice', media: { ...facts, ...voiceOf(message.content.media) } };
  }
}

/** What only a message in clear has to say. */
function given<Value>(value: Value | undefined, field: string): Value {
  if (value !== undefined) return value;
  throw new ValidationError([{ field, code: 'required', message: 'is required' }]);
}

function placeOf({ e2e: _sealed, latitude, longitude, ...more }: Said<'location'>['content']) {
  return { ...more, latitude: given(latitude, '/body/content/latitude'), longitude: given(longitude, '/body/content/longitude') };
}

function voiceOf(said: Said<'voice'>['content']['media']) {
  const [duration, waveform] = [given(said.duration, DURATION_FIELD), given(said.waveform, '/body/content/media/waveform')];
  if (duration <= VOICE_SECONDS_MAX) return { duration, waveform };
  const message = `is longer than the ${VOICE_SECONDS_MAX} seconds of a voice message`;
  throw mismatch({ field: DURATION_FIELD, code: 'maximum', message, params: { max: VOICE_SECONDS_MAX } });
}

/** What the server measured counts; what the sender says fills in while the file is being processed. */
function sizeOf(said: { width?: number | undefined; height?: number | undefined }, { metadata }: StoredFile) {
  return {
    width: measured('width', metadata.dimensions?.width ?? said.width),
    height: measured('height', metadata.dimensions?.height ?? said.height),
  };
}

const durationOf = (said: { duration?: number | undefined }, { metadata }: StoredFile): number =>
  measured('duration', metadata.dimensions?.duration ?? said.duration);

function measured(name: string, value: number | undefined): number {
  if (value !== undefined) return value;
  throw mismatch({ field: `/body/content/media/${name}`, code: 'required', message: 'is needed until the file has been processed' });
}

function requireFit(field: string, spans: readonly { offset: number; length: number }[] | undefined, text: string): void {
  if (spans === undefined || fit(spans, text)) return;
  const issues = spans.flatMap((span, index) =>
    fit([span], text) ? [] : [{ field: `${field}/${index}`, code: 'span', message: 'reaches beyond the text' }],
  );
  throw new ValidationError(issues, { code: 'MSG_CONTENT_MISMATCH' });
}

const mismatch = (issue: FieldIssue): ValidationError => new ValidationError([issue], { code: 'MSG_CONTENT_MISMATCH' });
const unknown = (field: string, message: string): ValidationError =>
  new ValidationError([{ field, code: 'reference', message }], { code: 'VAL_REFERENCE' });
