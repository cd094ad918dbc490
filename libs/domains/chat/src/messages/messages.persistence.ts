import { type Duplicate, type Mongo, op } from '@caas/data-access-mongo';
import { groupBy, type TenantContext } from '@caas/runtime';
import { type Conversation, conversations } from '../conversations/conversations.collection.js';
import { type NumberedMessage, type PlacedMessage, summaryOf, toDocument } from './message-document.js';
import {
  type AcceptedMessage,
  CLIENT_ID_TAKEN,
  type Existing,
  EXISTING_FIELDS,
  outcomeOf,
  type Outcomes,
  repeatOf,
  storedNow,
} from './message-outcome.js';
import { messages } from './messages.collection.js';
import { contentTypeOf } from './stored-content.js';
import { countReplies } from './thread-replies.js';

/** A message that may be stored, with its sender as they are now. */
export type Candidate = Omit<NumberedMessage, 'sequence'>;

interface Placed extends PlacedMessage {
  /** Whether this batch stored it, so that it is to be counted. */
  readonly isNew: boolean;
}

/**
 * Stores accepted messages in bulk, without transactions. Per tenant and batch:
 *
 * 1. one atomic increment of `last_sequence` per conversation, by the number of its messages;
 * 2. one bulk insert, ordered;
 * 3. one bulk update of the conversations' summaries, each guarded by sequence, and one of the threads that were answered.
 *
 * A repeated message is recognised by the insert, which stops at the first one: then one query tells which of the rest are stored, and what is
 * left gets new numbers. So the usual batch costs no look at what is stored, and the batch that another owner of the partition stores at the
 * same time, after a rebalance, goes the same way as one that is redone after a crash. (An unordered insert would go on and store the next
 * message under a number below the one its predecessor got there.)
 *
 * A crash between any two steps repeats the batch, and the repeat changes nothing that is stored: a stored message keeps its sequence, a
 * lost one gets a higher one, so sequences may have gaps, never doubles or a changed order. A summary that was not written is written by the
 * repeat; `stats` and `reply_count` may miss messages after a crash between 2 and 3, which a recount mends.
 */
export class MessagePersistence {
  readonly #mongo: Mongo;

  constructor(options: { mongo: Mongo }) {
    this.#mongo = options.mongo;
  }

  /**
   * What became of each message, in the order of `accepted`; of the `refused` ones those that are stored already, because what is stored was judged when it came
   * first, and a repeat must not refuse it: a sender who has left since is no reason. Rejects when the store fails; then nothing is known, and the whole
   * batch is to be redone.
   */
  async persist(tenant: TenantContext, accepted: readonly Candidate[], refused: readonly AcceptedMessage[] = []): Promise<Outcomes> {
    const outcomes: Outcomes = new Map();
    const placed: Placed[] = [];
    const fresh = new Map<string, Candidate>();
    const elsewhere: Candidate[] = [];
    for (const candidate of accepted) {
      const first = fresh.get(candidate.message.messageId)?.message;
      if (first === undefined) fresh.set(candidate.message.messageId, candidate);
      else if (first.conversationId !== candidate.message.conversationId) elsewhere.push(candidate);
    }
    const stored = await this.#findExisting(
      tenant,
      refused.map(({ messageId }) => messageId),
    );
    for (const message of refused) {
      const existing = stored.get(message.messageId);
      if (existing !== undefined) settle(message, existing, { outcomes, placed });
    }
    await this.#store(tenant, [...fresh.values()], { outcomes, placed });
    await this.#summarize(tenant, placed);
    // The same id in another conversation is another attempt: the first one is stored by now, and the store decides.
    if (elsewhere.length > 0) for (const [message, outcome] of await this.persist(tenant, elsewhere)) outcomes.set(message, outcome);
    for (const { message } of accepted) {
      if (!outcomes.has(message)) outcomes.set(message, repeatOf(message, fresh.get(message.messageId)?.message, outcomes));
    }
    return outcomes;
  }

  /** What is stored of messages whose tenant is not served: told as it is, and nothing is written. */
  async told(tenant: TenantContext, refused: readonly AcceptedMessage[]): Promise<Outcomes> {
    const ids = new Set(refused.map(({ messageId }) => messageId));
    const stored = await this.#mongo
      .inspectTenant(tenant)
      .repository(messages)
      .findExisting([...ids], EXISTING_FIELDS);
    return new Map(
      refused.flatMap((message) => {
        const existing = stored.get(message.messageId);
        return existing === undefined ? [] : [[message, outcomeOf(message, existing)] as const];
      }),
    );
  }

  /** Without ids nothing is asked. */
  async #findExisting(tenant: TenantContext, ids: readonly string[]): Promise<ReadonlyMap<string, Existing>> {
    return this.#mongo
      .forTenant(tenant)
      .repository(messages)
      .findExisting([...new Set(ids)], EXISTING_FIELDS);
  }

  /** Numbers and inserts what is pending. Every round settles at least one message or raises a counter that was behind, so this ends. */
  async #store(tenant: TenantContext, fresh: readonly Candidate[], { outcomes, placed }: { outcomes: Outcomes; placed: Placed[] }) {
    const repository = this.#mongo.forTenant(tenant).repository(messages);
    let pending = fresh;
    while (pending.length > 0) {
      const numbered = await this.#number(tenant, pending, outcomes);
      const rows = numbered.map(toDocument);
      const { inserted, duplicates } = await repository.insertMany(rows, { ordered: true });
      for (const { content, sequence, message, senderName } of placesOf(numbered, rows, inserted.length)) {
        outcomes.set(message, storedNow(message, sequence));
        placed.push({ message, content, sequence, senderName, isNew: true });
      }
      const [duplicate] = duplicates;
      pending =
        duplicate === undefined ? [] : await this.#settleMet(tenant, numbered.slice(duplicate.index), { duplicate, outcomes, placed });
    }
  }

  /** Gives sequences in the given order, per conversation. A conversation that was removed since the look at its members takes no message. */
  async #number(tenant: TenantContext, fresh: readonly Candidate[], outcomes: Outcomes): Promise<NumberedMessage[]> {
    const groups = [...groupBy(fresh, ({ message }) => message.conversationId)];
    const lastSequences = await this.#mongo
      .forTenant(tenant)
      .repository(conversations)
      .incrementMany(groups.map(([id, group]) => ({ id, field: 'last_sequence', by: group.length })));
    return groups.flatMap(([, group], position) => {
      const last = lastSequences[position];
      if (last !== undefined) return group.map((candidate, index) => ({ ...candidate, sequence: last - group.length + index + 1 }));
      for (const { message } of group)
        outcomes.set(message, { kind: 'rejected', code: 'RES_NOT_FOUND', reason: 'The conversation is gone.' });
      return [];
    });
  }

  /** The insert stopped at the first of `rest`. Settles what another owner of the partition stored meanwhile, and returns what is to do. */
  async #settleMet(
    tenant: TenantContext,
    rest: readonly NumberedMessage[],
    { duplicate, ...results }: { duplicate: Duplicate; outcomes: Outcomes; placed: Placed[] },
  ): Promise<Candidate[]> {
    const known = await this.#findExisting(
      tenant,
      rest.map(({ message }) => message.messageId),
    );
    return rest.filter(({ message }, position) => {
      const existing = known.get(message.messageId);
      if (existing !== undefined) settle(message, existing, results);
      else if (position > 0 || duplicate.fields.includes('sequence'))
        return true; // a taken number: the counter was behind
      else results.outcomes.set(message, CLIENT_ID_TAKEN);
      return false;
    });
  }

  /**
   * Counts what is new, and moves each conversation's summary to its newest message, never backwards. Looks at what was stored before, too:
   * the run that stored it may have ended before it came here.
   */
  async #summarize(tenant: TenantContext, placed: readonly Placed[]): Promise<void> {
    const updates = [...groupBy(placed, ({ message }) => message.conversationId)].flatMap(([id, group]) => {
      const newest = group.reduce((left, right) => (right.sequence > left.sequence ? right : left));
      const added = group.filter(({ isNew }) => isNew);
      return [
        ...(added.length === 0 ? [] : [{ id, inc: countsOf(added) }]),
        {
          id,
          where: op.or<Conversation>({ last_message: null }, { 'last_message.sequence': op.lt(newest.sequence) }),
          set: { last_message: summaryOf(newest), last_activity_at: new Date(newest.message.acceptedAt) },
        },
      ];
    });
    if (updates.length === 0) return;
    await this.#mongo.forTenant(tenant).repository(conversations).updateManyById(updates);
    await countReplies(
      this.#mongo,
      tenant,
      placed.filter(({ isNew }) => isNew),
    );
  }
}

/** The first of the numbered messages, as they were stored. */
function placesOf(numbered: readonly NumberedMessage[], rows: readonly ReturnType<typeof toDocument>[], count: number): PlacedMessage[] {
  const places: PlacedMessage[] = [];
  for (let index = 0; index < count; index += 1) {
    const [one, row] = [numbered[index], rows[index]];
    if (one === undefined || row === undefined) break;
    places.push({ message: one.message, content: row.content, sequence: one.sequence, senderName: one.sender?.displayName ?? null });
  }
  return places;
}

/** What a conversation counts of its messages. */
function countsOf(added: readonly Placed[]) {
  const media = added.filter(({ content }) => MEDIA_TYPES.has(contentTypeOf(content))).length;
  const files = added.filter(({ content }) => contentTypeOf(content) === 'file').length;
  return {
    'stats.message_count': added.length,
    ...(media > 0 && { 'stats.media_count': media }),
    ...(files > 0 && { 'stats.file_count': files }),
  };
}

const MEDIA_TYPES: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'voice']);

/** Notes what became of a message whose id is stored already. */
function settle(message: AcceptedMessage, existing: Existing, { outcomes, placed }: { outcomes: Outcomes; placed: Placed[] }): void {
  const outcome = outcomeOf(message, existing);
  outcomes.set(message, outcome);
  if (outcome.kind === 'stored')
    placed.push({
      message,
      content: existing.content,
      sequence: existing.sequence,
      senderName: existing.sender.display_name,
      isNew: false,
    });
}
