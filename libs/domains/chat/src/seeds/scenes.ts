import { type TenantSeedContext } from '@caas/composition/seeding';
import { FILE_KINDS, type SeededFile, seededFile, type SeededFileKind, STORY_FILE_INDEX } from '@caas/media/seeds';
import { type SeededConversation, seededConversations } from './seeded-conversations.js';

/** What a seeded message is. */
export type SeededKind =
  'text' | 'image' | 'video' | 'audio' | 'file' | 'voice' | 'location' | 'contact' | 'sticker' | 'system' | 'encrypted' | 'erased';

/** What one message of a conversation does; its place is its sequence. */
export interface Cue {
  readonly kind: SeededKind;
  readonly file?: SeededFile;
  /** Position in the list of members; open where it is absent. */
  readonly sender?: number;
  readonly isEdited?: true;
  readonly mentions?: true;
  /** Sequence of the message that begins the thread, or that is quoted. */
  readonly rootSequence?: number;
  readonly parentSequence?: number;
  readonly isForwarded?: true;
}

/** The written beginning of a conversation. */
export function sceneOf(context: TenantSeedContext, { scene }: SeededConversation): readonly Cue[] {
  const file = (kind: SeededFileKind): SeededFile => fileOfKind(context, kind);
  switch (scene) {
    case 'group':
      return [
        { kind: 'system' },
        { kind: 'text', mentions: true, sender: 0 },
        { kind: 'text', rootSequence: 2, sender: 1 },
        { kind: 'image', file: file('image') },
        { kind: 'location' },
      ];
    case 'media':
      return [
        { kind: 'text', isEdited: true },
        { kind: 'video', file: file('video') },
        { kind: 'voice', file: file('voice') },
        { kind: 'contact' },
        { kind: 'sticker' },
      ];
    case 'encrypted':
      return [
        { kind: 'encrypted', sender: 0 },
        { kind: 'encrypted', sender: 1 },
        { kind: 'encrypted' },
        { kind: 'erased' },
        { kind: 'encrypted' },
      ];
    case 'forwards':
      return [
        { kind: 'text' },
        { kind: 'audio', file: file('audio') },
        { kind: 'file', file: file('document') },
        { kind: 'text', isForwarded: true, sender: 0 },
        { kind: 'text', parentSequence: 1 },
      ];
    case undefined:
      return [];
  }
}

/** The first file of a kind that a message has; a picture, where the profile has too few files for all kinds. */
function fileOfKind(context: TenantSeedContext, kind: SeededFileKind): SeededFile {
  const index = STORY_FILE_INDEX + 1 + FILE_KINDS.indexOf(kind);
  return index < context.size.files ? seededFile(context, index, kind) : seededFile(context, STORY_FILE_INDEX + 1, 'image');
}

/** Files beyond those of the scenes: one for each conversation without a scene, as far as they go. */
export function laterFileOf(context: TenantSeedContext, conversation: SeededConversation): SeededFile | undefined {
  const others = seededConversations(context).filter(({ scene }) => scene === undefined);
  const place = others.indexOf(conversation);
  const index = STORY_FILE_INDEX + 1 + FILE_KINDS.length + place;
  if (place < 0 || index >= context.size.files) return undefined;
  return seededFile(context, index, FILE_KINDS[place % FILE_KINDS.length]!);
}
