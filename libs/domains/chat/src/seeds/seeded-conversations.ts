import { type TenantSeedContext } from '@caas/composition/seeding';
import { type CastMember, castOf } from '@caas/identity/seeds';
import { deriveId } from '@caas/schema';
import { type ConversationType } from '../conversations/conversations.collection.js';

/** A conversation that is seeded, before its messages. */
export interface SeededConversation {
  readonly index: number;
  readonly conversationId: string;
  readonly type: ConversationType;
  readonly directKey: string | null;
  /** The first one is the owner; of a channel the first two write. */
  readonly members: readonly CastMember[];
  readonly isEncrypted: boolean;
  readonly messageCount: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Which written scene it opens with, so that every kind of message occurs in the smallest profile. */
  readonly scene: 'group' | 'media' | 'encrypted' | 'forwards' | undefined;
}

const STARTED_DAYS = { min: 20, max: 55 } as const;
const ENDED_HOURS = { min: 2, max: 96 } as const;
const GROUP_SIZE = { min: 3, max: 15 } as const;
/** From so many groups on, the last one is a channel. */
const ENOUGH_FOR_A_CHANNEL = 3;
const DIRECT_SCENES = ['media', 'encrypted', 'forwards'] as const;
/** One in so many direct conversations is encrypted. */
const ENCRYPTED_EVERY = 4;

/** Groups first, then the direct ones. */
export function seededConversations(context: TenantSeedContext): readonly SeededConversation[] {
  return context.once(makeConversations);
}

function makeConversations(context: TenantSeedContext): readonly SeededConversation[] {
  const cast = castOf(context);
  const { groups } = context.size;
  const grouped = Array.from({ length: groups }, (_, index): Outline => {
    const isChannel = groups >= ENOUGH_FOR_A_CHANNEL && index === groups - 1;
    return {
      conversationId: context.id('conv', 'group', index),
      type: isChannel ? 'channel' : 'group',
      directKey: null,
      members: isChannel ? cast : groupMembers(context, cast, index),
      isEncrypted: false,
      scene: index === 0 ? 'group' : undefined,
    };
  });
  const direct = pairsOf(cast, context.size.conversationsPerUser).map((members, index): Outline => {
    const directKey = members
      .map(({ userId }) => userId)
      .sort()
      .join(':');
    // As the service makes it, so that opening the same conversation finds this one.
    const conversationId = deriveId('conv', context.tenant.tenantId, directKey);
    return { conversationId, type: 'direct', directKey, members, isEncrypted: index % ENCRYPTED_EVERY === 1, scene: DIRECT_SCENES[index] };
  });
  return [...grouped, ...direct].map((outline, index) => ({
    ...outline,
    index,
    messageCount: context.number(context.size.messagesPerConversation, 'messages of', index),
    startedAt: context.daysAgo(context.number(STARTED_DAYS, 'started', index)),
    endedAt: context.daysAgo(context.number(ENDED_HOURS, 'ended', index) / 24),
  }));
}

type Outline = Omit<SeededConversation, 'index' | 'messageCount' | 'startedAt' | 'endedAt'>;

/** Neighbours in the circle of users, from another place for each group; the first group begins with the first user. */
function groupMembers(context: TenantSeedContext, cast: readonly CastMember[], index: number): CastMember[] {
  const size = Math.min(context.number(GROUP_SIZE, 'group size', index), cast.length);
  return Array.from({ length: size }, (_, position) => cast[(index * 7 + position) % cast.length]!);
}

/** Pairs in which everybody occurs `perUser` times: neighbours in the circle of users, then those one further, and so on. */
function pairsOf(cast: readonly CastMember[], perUser: number): [CastMember, CastMember][] {
  const count = cast.length;
  const pairs = Array.from({ length: Math.floor(perUser / 2) }, (_, index) => index + 1).flatMap((distance) =>
    cast.map((member, index): [CastMember, CastMember] => [member, cast[(index + distance) % count]!]),
  );
  const opposite = perUser % 2 === 1 && count % 2 === 0 ? cast.slice(0, count / 2) : [];
  return [...pairs, ...opposite.map((member, index): [CastMember, CastMember] => [member, cast[index + count / 2]!])];
}
