import { type Announcement, announcing, type Outbox } from '@caas/composition';
import { type Mongo, type Page } from '@caas/data-access-mongo';
import { type Clock, ConflictError, DuplicateKeyError, type TenantContext, ValidationError } from '@caas/runtime';
import { deriveId, newRowId } from '@caas/schema';
import { type KnownMessage } from '../messages/known-message.js';
import { messages, type StoredMessage } from '../messages/messages.collection.js';
import { EMOJI_PER_MESSAGE_MAX, EMOJI_PER_USER_MAX, reactionOf } from './emoji.js';
import { summaryOf } from './reaction-summaries.js';
import { type Reaction, reactions } from './reactions.collection.js';
import { reactionAdded, reactionRemoved } from './reactions.events.js';

export type ReactionSummary = StoredMessage['reactions_summary'];

/** A message that somebody reacts to, and who does. Whether they may is decided before. */
export interface Reacting {
  readonly tenant: TenantContext;
  readonly message: Pick<KnownMessage, 'messageId' | 'conversationId' | 'expiresAt'>;
  readonly userId: string;
  readonly applicationId?: string | undefined;
}

/** What a message shows of its reactions to one user. */
export interface ReactionState {
  readonly summary: ReactionSummary;
  readonly mine: readonly string[];
}

interface Change {
  readonly added?: { readonly id: string; readonly emoji: string; readonly type: 'unicode' | 'custom' };
  readonly removed: readonly Reaction[];
}

/**
 * Reactions. A row each, counted in the summary of the message, and told of; all three change in one transaction. Of a message that is not stored yet the row is
 * kept, and its event counts it once the message is there.
 */
export class ReactionsService {
  readonly #mongo: Mongo;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; outbox: Outbox; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#outbox = options.outbox;
    this.#clock = options.clock;
  }

  /**
   * Adds a reaction; the same one again changes nothing. `isUnique` takes the user's others back. Throws `VAL_FAILED` for what is no emoji and no custom id, and
   * `RES_LIMIT_REACHED` for a 21st of a user or a 51st of a message.
   */
  async add(reacting: Reacting, said: string, { isUnique = false }: { isUnique?: boolean } = {}): Promise<ReactionState> {
    const reaction = reactionOf(said);
    if (reaction === undefined) throw notAnEmoji();
    const mine = await this.#mine(reacting);
    const others = isUnique ? mine.filter(({ emoji }) => emoji !== reaction.emoji) : [];
    const isKnown = mine.some(({ emoji }) => emoji === reaction.emoji);
    if (isKnown && others.length === 0) return this.#state(reacting, mine);
    if (!isKnown && mine.length - others.length >= EMOJI_PER_USER_MAX) throw limitReached('A user has', EMOJI_PER_USER_MAX);
    const change: Change = { removed: others, ...(!isKnown && { added: { id: newRowId(), ...reaction } }) };
    try {
      await this.#commit(reacting, change);
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error; // the same reaction from another device at the same time
    }
    return this.#state(reacting, await this.#mine(reacting));
  }

  /** Takes one of the user's reactions back, or all of them; what is not there changes nothing. */
  async remove(reacting: Reacting, emoji?: string): Promise<ReactionState> {
    const mine = await this.#mine(reacting);
    const removed = emoji === undefined ? mine : mine.filter((row) => row.emoji === emoji.normalize('NFC'));
    if (removed.length === 0) return this.#state(reacting, mine);
    await this.#commit(reacting, { removed });
    return this.#state(reacting, await this.#mine(reacting));
  }

  /** Who reacted to a message, oldest first. */
  list(
    tenant: TenantContext,
    messageId: string,
    { emoji, limit, cursor }: { emoji?: string | undefined; limit: number; cursor?: string | undefined },
  ): Promise<Page<Reaction>> {
    const filter = { message_id: messageId, ...(emoji !== undefined && { emoji: emoji.normalize('NFC') }) };
    return this.#reactions(tenant).page(filter, { sort: { created_at: 1 }, limit, cursor });
  }

  async #commit(reacting: Reacting, change: Change): Promise<void> {
    const { tenant, message } = reacting;
    const version = (await this.#message(tenant, message.messageId))?.__v;
    await this.#outbox.commit({
      events: this.#eventsOf(reacting, change),
      proof:
        change.added === undefined
          ? { collection: messages.name, tenantId: tenant.tenantId, id: message.messageId, version: (version ?? 0) + 1 }
          : { collection: reactions.name, tenantId: tenant.tenantId, id: change.added.id, version: 0 },
      write: () => this.#write(reacting, change),
    });
  }

  async #write({ tenant, message, userId }: Reacting, { added, removed }: Change): Promise<void> {
    const stored = await this.#message(tenant, message.messageId);
    const counts = new Map(Object.entries(stored?.reactions_summary.by_emoji ?? {}));
    const changed = new Map<string, number>();
    const count = (emoji: string, by: number): void => void changed.set(emoji, (changed.get(emoji) ?? counts.get(emoji) ?? 0) + by);
    for (const { emoji, reaction_id } of removed) if (await this.#reactions(tenant).delete(reaction_id)) count(emoji, -1);
    if (added !== undefined) {
      const left = [...new Set([...counts.keys(), ...changed.keys()])].filter(
        (emoji) => (changed.get(emoji) ?? counts.get(emoji) ?? 0) > 0,
      );
      if (!left.includes(added.emoji) && left.length >= EMOJI_PER_MESSAGE_MAX) throw limitReached('A message has', EMOJI_PER_MESSAGE_MAX);
      await this.#reactions(tenant).insert({
        reaction_id: added.id,
        message_id: message.messageId,
        conversation_id: message.conversationId,
        user_id: userId,
        emoji: added.emoji,
        emoji_type: added.type,
        custom_emoji_id: added.type === 'custom' ? added.emoji : null,
        custom_emoji_url: null,
        expires_at: message.expiresAt === null ? null : new Date(message.expiresAt),
      });
      count(added.emoji, 1);
    }
    if (stored !== undefined && changed.size > 0) await this.#count(tenant, stored, changed);
  }

  /** An emoji that nobody uses any more leaves the summary. */
  async #count(
    tenant: TenantContext,
    stored: Pick<StoredMessage, 'message_id' | 'reactions_summary'>,
    changed: ReadonlyMap<string, number>,
  ): Promise<void> {
    const before = stored.reactions_summary.by_emoji;
    const path = (emoji: string): `${string}.${string}` => `reactions_summary.by_emoji.${emoji}`;
    const gone = [...changed].filter(([, count]) => count <= 0).map(([emoji]) => path(emoji));
    const moved = [...changed]
      .filter(([, count]) => count > 0)
      .map(([emoji, count]) => [path(emoji), count - (before[emoji] ?? 0)] as const);
    const total = [...changed].reduce((sum, [emoji, count]) => sum + Math.max(0, count) - (before[emoji] ?? 0), 0);
    await this.#messages(tenant).update(stored.message_id, {
      ...(gone.length > 0 && { unset: gone }),
      inc: { 'reactions_summary.total_count': total, ...Object.fromEntries(moved) },
    });
  }

  #eventsOf({ tenant, message, userId, applicationId }: Reacting, { added, removed }: Change): Announcement[] {
    const now = this.#clock.now();
    const common = { tenant, timestamp: now, ...(applicationId !== undefined && { applicationId }) };
    const about = { message_id: message.messageId, conversation_id: message.conversationId, user_id: userId };
    return [
      ...removed.map(({ reaction_id, emoji }) =>
        announcing({
          ...common,
          id: deriveId('evt', 'reaction.removed', tenant.tenantId, reaction_id),
          event: reactionRemoved,
          payload: { ...about, emoji, removed_at: now },
        }),
      ),
      ...(added === undefined
        ? []
        : [
            announcing({
              ...common,
              id: deriveId('evt', 'reaction.added', tenant.tenantId, added.id),
              event: reactionAdded,
              payload: {
                ...about,
                emoji: added.emoji,
                emoji_type: added.type,
                ...(added.type === 'custom' && { custom_emoji_id: added.emoji }),
                added_at: now,
              },
            }),
          ]),
    ];
  }

  async #state({ tenant, message }: Reacting, mine: readonly Reaction[]): Promise<ReactionState> {
    const stored = await this.#message(tenant, message.messageId);
    const summary = stored?.reactions_summary ?? (await summaryOf(this.#mongo, tenant, message.messageId));
    return { summary, mine: mine.map(({ emoji }) => emoji) };
  }

  #mine({ tenant, message, userId }: Reacting): Promise<Reaction[]> {
    const filter = { message_id: message.messageId, user_id: userId };
    return this.#reactions(tenant).findMany(filter, { sort: { created_at: 1 }, limit: EMOJI_PER_MESSAGE_MAX, readFrom: 'primary' });
  }

  #message(tenant: TenantContext, messageId: string) {
    return this.#messages(tenant).find(messageId, { readFrom: 'primary', select: ['message_id', 'reactions_summary', '__v'] });
  }

  #messages(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(messages);
  }

  #reactions(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(reactions);
  }
}

function limitReached(who: string, limit: number): ConflictError {
  return new ConflictError(`${who} at most ${limit} different reactions.`, { code: 'RES_LIMIT_REACHED', details: { limit } });
}

function notAnEmoji(): ValidationError {
  return new ValidationError([{ field: '/body/emoji', code: 'emoji', message: 'must be one emoji, or the id of a custom one' }]);
}
