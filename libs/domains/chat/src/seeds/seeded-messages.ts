import { type TenantSeedContext } from '@caas/composition/seeding';
import { type CastMember } from '@caas/identity/seeds';
import { type Cue, laterFileOf, sceneOf, type SeededKind } from './scenes.js';
import { type SeededConversation, seededConversations } from './seeded-conversations.js';

/** A message that is seeded, without its words. */
export interface SeededMessage extends Cue {
  readonly conversation: SeededConversation;
  readonly sequence: number;
  readonly messageId: string;
  /** Null for system messages. */
  readonly from: CastMember | null;
  readonly at: Date;
  readonly reactions: readonly { readonly emoji: string; readonly member: CastMember }[];
}

const EMOJI = ['👍', '❤️', '😂', '🎉', '🙏'] as const;
const DAY_MS = 86_400_000;
/** People write from eight in the morning to ten at night. */
const [DAY_STARTS_MS, DAY_LASTS_MS] = [8 * 3_600_000, 14 * 3_600_000];
const REACTIONS_MAX = 3;

/** All messages of a tenant, conversation by conversation. */
export function seededMessages(context: TenantSeedContext): readonly (readonly SeededMessage[])[] {
  return context.once(makeMessages);
}

/** The id of the message with this number. */
export function messageIdOf(context: TenantSeedContext, { index }: SeededConversation, sequence: number): string {
  return context.id('msg', index, sequence);
}

function makeMessages(context: TenantSeedContext): readonly (readonly SeededMessage[])[] {
  return seededConversations(context).map((conversation) => messagesOf(context, conversation));
}

function messagesOf(context: TenantSeedContext, conversation: SeededConversation): readonly SeededMessage[] {
  const scene = sceneOf(context, conversation);
  const later = laterFileOf(context, conversation);
  const fileAt = conversation.messageCount - 1;
  return Array.from({ length: conversation.messageCount }, (_, position): SeededMessage => {
    const sequence = position + 1;
    const withFile = later !== undefined && sequence === fileAt ? cueOfFile(later) : undefined;
    const cue = scene[position] ?? withFile ?? improvise(context, conversation, sequence);
    return {
      ...cue,
      conversation,
      sequence,
      messageId: messageIdOf(context, conversation, sequence),
      from: cue.kind === 'system' ? null : senderOf(context, conversation, { cue, sequence }),
      at: timeOf(context, conversation, position),
      reactions: cue.kind === 'system' || cue.kind === 'erased' ? [] : reactionsOf(context, conversation, sequence),
    };
  });
}

function cueOfFile(file: NonNullable<Cue['file']>): Cue {
  return { kind: file.kind === 'document' ? 'file' : file.kind, file };
}

/** Mostly words; now and then an answer, a change of mind or something else. */
function improvise(context: TenantSeedContext, { index, isEncrypted, type }: SeededConversation, sequence: number): Cue {
  const roll = context.number({ min: 0, max: 99 }, 'kind', index, sequence);
  if (roll < 2) return { kind: 'erased' };
  if (isEncrypted) return { kind: 'encrypted' };
  if (roll < 14) return { kind: otherKind(roll, type) };
  if (roll < 20 && sequence > 2) return { kind: 'text', parentSequence: sequence - 1 };
  if (roll < 25 && sequence > 3) return { kind: 'text', rootSequence: 2 };
  return roll < 30 ? { kind: 'text', isEdited: true } : { kind: 'text' };
}

function otherKind(roll: number, type: SeededConversation['type']): SeededKind {
  if (roll < 5) return 'location';
  if (roll < 7) return 'contact';
  return roll < 10 || type === 'direct' ? 'sticker' : 'system';
}

function senderOf(
  context: TenantSeedContext,
  { index, members, type }: SeededConversation,
  { cue, sequence }: { cue: Cue; sequence: number },
): CastMember {
  const writers = type === 'channel' ? Math.min(2, members.length) : members.length;
  return members[cue.sender ?? context.number({ min: 0, max: writers - 1 }, 'sender', index, sequence)] ?? members[0]!;
}

/** Evenly over the waking hours between start and end, a little early or late, never before the message in front. */
function timeOf(context: TenantSeedContext, { index, messageCount, startedAt, endedAt }: SeededConversation, position: number): Date {
  const early = context.number({ min: 0, max: 899 }, 'early', index, position) / 1_000;
  const share = (position + early) / messageCount;
  const days = ((endedAt.getTime() - startedAt.getTime()) / DAY_MS) * share;
  const midnight = Math.floor(startedAt.getTime() / DAY_MS) * DAY_MS;
  const day = Math.floor(days);
  return new Date(Math.round(midnight + day * DAY_MS + DAY_STARTS_MS + (days - day) * DAY_LASTS_MS));
}

function reactionsOf(
  context: TenantSeedContext,
  { index, members, scene }: SeededConversation,
  sequence: number,
): SeededMessage['reactions'] {
  const isLiked = (scene !== undefined && sequence === 2) || context.chance(12, 'reactions', index, sequence);
  if (!isLiked) return [];
  const count = Math.min(context.number({ min: 1, max: REACTIONS_MAX }, 'reactions of', index, sequence), members.length);
  const first = context.number({ min: 0, max: members.length - 1 }, 'reacts', index, sequence);
  return Array.from({ length: count }, (_, position) => ({
    emoji: context.pick(EMOJI, 'emoji', index, sequence, position),
    member: members[(first + position) % members.length]!,
  }));
}
