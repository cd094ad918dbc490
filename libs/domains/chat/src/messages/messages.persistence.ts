import { type Duplicate, type Mongo, op } from '@caas/data-access-mongo';
import { AppError, groupBy, requireServed, type TenantContext, ValidationError } from '@caas/runtime';
import { type Conversation, conversations } from '../conversations/conversations.collection.js';
import { type ConversationDirectory, type ConversationFacts } from '../conversations/conversation-directory.js';
import { type NumberedMessage, type PlacedMessage, summaryOf, toDocument } from './message-document.js';
import {
  type AcceptedMessage,
  CLIENT_ID_TAKEN,
  type Existing,
  EXISTING_FIELDS,
  outcomeOf,
  type Outcomes,
  type PersistOutcome,
  repeatOf,
  storedNow,
} from './message-outcome.js';
import { requireSender } from './message-rules.js';
import { messages } from './messages.collection.js';

type Candidate = Omit<NumberedMessage, 'sequence'>;

interface Placed extends PlacedMessage {
  /** Whether this batch stored it, so that it is to be counted. */
  readonly isNew: boolean;
}

/**
 * Stores accepted messages in bulk, without transactions. Per tenant and batch:
 *
 * 1. authorize them by the conversations' members, which are cached; only for messages that answer to others one query looks those up;
 * 2. one atomic increment of `last_sequence` per conversation, by the number of its messages;
 * 3. one bulk insert, ordered;
 * 4. one bulk update of the conversations' summaries, each guarded by sequence.
 *
 * A repeated message is recognised by the insert, which stops at the first one: then one query tells which of the rest are stored, and what is
 * left gets new numbers. So the usual batch costs no look at what is stored, and the batch that another owner of the partition stores at the
 * same time, after a rebalance, goes the same way as one that is redone after a crash. (An unordered insert would go on and store the next
 * message under a number below the one its predecessor got there.)
 *
 * A crash between any two steps repeats the batch, and the repeat changes nothing that is stored: a stored message keeps its sequence, a
 * lost one gets a higher one, so sequences may have gaps, never doubles or a changed order. A summary that was not written is written by the
 * repeat; `stats.message_count` may miss messages after a crash between 3 and 4, which a recount mends.
 */
export class MessagePersistence {
  readonly #mongo: Mongo;
  readonly #conversations: ConversationDirectory;

  constructor(options: { mongo: Mongo; conversations: ConversationDirectory }) {
    this.#mongo = options.mongo;
    this.#conversations = options.conversations;
  }

  /** One outcome per message, in their order. Rejects when the store fails; then nothing is known, and the whole batch is to be redone. */
  async persist(tenant: TenantContext, batch: readonly AcceptedMessage[]): Promise<readonly PersistOutcome[]> {
    const refusal = refusalOf(tenant);
    if (refusal !== undefined) return this.#refuse(tenant, { batch, refusal });
    const outcomes: Outcomes = new Map();
    const placed: Placed[] = [];
    const [known, facts] = await Promise.all([
      this.#findExisting(tenant, batch.flatMap(idsReferredTo)),
      this.#conversations.getMany(tenant, [...new Set(batch.map(({ conversationId }) => conversationId))]),
    ]);
    const fresh = new Map<string, Candidate>();
    for (const message of batch) {
      if (fresh.has(message.messageId)) continue;
      const verdict = judge(message, { tenant, facts, known, fresh });
      if ('sender' in verdict) fresh.set(message.messageId, verdict);
      else outcomes.set(message, verdict);
    }
    await this.#acquitStored(tenant, { outcomes, placed });
    await this.#store(tenant, [...fresh.values()], { outcomes, placed });
    await this.#summarize(tenant, placed);
    return batch.map((message) => outcomes.get(message) ?? repeatOf(message, fresh.get(message.messageId)?.message, outcomes));
  }

  /** A tenant that is not served takes no message; what it stored before is told as it is, and nothing is written. */
  async #refuse(tenant: TenantContext, { batch, refusal }: { batch: readonly AcceptedMessage[]; refusal: PersistOutcome }) {
    const ids = new Set(batch.map(({ messageId }) => messageId));
    const stored = await this.#mongo
      .inspectTenant(tenant)
      .repository(messages)
      .findExisting([...ids], EXISTING_FIELDS);
    return batch.map((message) => {
      const existing = stored.get(message.messageId);
      return existing === undefined ? refusal : outcomeOf(message, existing);
    });
  }

  /** What is stored already was judged when it came first, and a repeat must not refuse it: a sender who has left since is no reason. */
  async #acquitStored(tenant: TenantContext, results: { outcomes: Outcomes; placed: Placed[] }): Promise<void> {
    const refused = [...results.outcomes.keys()];
    const stored = await this.#findExisting(
      tenant,
      refused.map(({ messageId }) => messageId),
    );
    for (const message of refused) {
      const existing = stored.get(message.messageId);
      if (existing !== undefined) settle(message, existing, results);
    }
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
      const { inserted, duplicates } = await repository.insertMany(numbered.map(toDocument), { ordered: true });
      for (const { message, sender, sequence } of numbered.slice(0, inserted.length)) {
        outcomes.set(message, storedNow(message, sequence));
        placed.push({ message, sequence, senderName: sender.displayName, isNew: true });
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
      const added = group.filter(({ isNew }) => isNew).length;
      return [
        ...(added === 0 ? [] : [{ id, inc: { 'stats.message_count': added } }]),
        {
          id,
          where: op.or<Conversation>({ last_message: null }, { 'last_message.sequence': op.lt(newest.sequence) }),
          set: { last_message: summaryOf(newest), last_activity_at: new Date(newest.message.acceptedAt) },
        },
      ];
    });
    if (updates.length > 0) await this.#mongo.forTenant(tenant).repository(conversations).updateManyById(updates);
  }
}

function idsReferredTo({ rootMessageId, parentMessageId }: AcceptedMessage): string[] {
  return [rootMessageId, parentMessageId].filter((id) => id !== null);
}

/** What every message of a tenant that is not served meets; throws when the state passes by itself, because then the batch is worth another try. */
function refusalOf(tenant: TenantContext): PersistOutcome | undefined {
  try {
    requireServed(tenant);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    return { kind: 'rejected', code: error.code, reason: error.message };
  }
}

/** Whether a message may be stored. */
function judge(
  message: AcceptedMessage,
  context: {
    tenant: TenantContext;
    facts: ReadonlyMap<string, ConversationFacts>;
    known: ReadonlyMap<string, Existing>;
    fresh: ReadonlyMap<string, Candidate>;
  },
): Candidate | PersistOutcome {
  try {
    const sender = requireSender(context.facts.get(message.conversationId), message.senderId);
    requireReferences(message, context);
    return { message, sender };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const field = error.details.issues?.[0]?.field;
    return { kind: 'rejected', code: error.code, reason: error.message, ...(field === undefined ? {} : { field }) };
  }
}

/** What a message answers to lies in its conversation: stored, or before it in the same batch. */
function requireReferences(
  message: AcceptedMessage,
  { known, fresh }: { known: ReadonlyMap<string, Existing>; fresh: ReadonlyMap<string, Candidate> },
): void {
  for (const [name, id] of [
    ['root_message_id', message.rootMessageId],
    ['parent_message_id', message.parentMessageId],
  ] as const) {
    const home = id === null ? message.conversationId : (known.get(id)?.conversation_id ?? fresh.get(id)?.message.conversationId);
    if (home === message.conversationId) continue;
    const issue = { field: `/body/${name}`, code: 'reference', message: `${name} names no message of this conversation.` };
    throw new ValidationError([issue], { code: 'VAL_REFERENCE', message: issue.message });
  }
}

/** Notes what became of a message whose id is stored already. */
function settle(message: AcceptedMessage, existing: Existing, { outcomes, placed }: { outcomes: Outcomes; placed: Placed[] }): void {
  const outcome = outcomeOf(message, existing);
  outcomes.set(message, outcome);
  if (outcome.kind === 'stored')
    placed.push({ message, sequence: existing.sequence, senderName: existing.sender.display_name, isNew: false });
}
