import { type Mongo, op } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { settleRows } from '../settle-rows.js';
import { NOTHING_READ, type ReadState, readStates } from './read-states.collection.js';

/** A place up to which somebody has read. */
export interface ReadUpTo {
  readonly sequence: number;
  readonly messageId: string;
  readonly at: number;
}

/** What a batch says of one user in one conversation. */
export interface Marks {
  readonly conversationId: string;
  readonly userId: string;
  read?: ReadUpTo;
  delivered?: { readonly sequence: number; readonly at: number };
  /** Sequences of messages that mention the user. */
  readonly mentions: Set<number>;
}

export type Watermarks = Pick<
  ReadState,
  'last_read_sequence' | 'last_read_message_id' | 'last_read_at' | 'last_delivered_sequence' | 'last_delivered_at' | 'unread_mentions'
> & { readonly last_mention_sequence: number };

const NOTHING: Watermarks = { ...NOTHING_READ, last_mention_sequence: 0 };

const keyOf = (conversationId: string, userId: string): string => `${conversationId}:${userId}`;

/** The marks of a batch, one per user and conversation. */
export class MarkSet {
  readonly #marks = new Map<string, Marks>();

  get all(): ReadonlyMap<string, Marks> {
    return this.#marks;
  }

  read(conversationId: string, userId: string, mark: ReadUpTo): void {
    const marks = this.#of(conversationId, userId);
    if (marks.read === undefined || mark.sequence > marks.read.sequence) marks.read = mark;
    this.delivered(conversationId, userId, mark);
  }

  delivered(conversationId: string, userId: string, { sequence, at }: { sequence: number; at: number }): void {
    const marks = this.#of(conversationId, userId);
    if (marks.delivered === undefined || sequence > marks.delivered.sequence) marks.delivered = { sequence, at };
  }

  mention(conversationId: string, userId: string, sequence: number): void {
    this.#of(conversationId, userId).mentions.add(sequence);
  }

  #of(conversationId: string, userId: string): Marks {
    const key = keyOf(conversationId, userId);
    const marks = this.#marks.get(key) ?? { conversationId, userId, mentions: new Set() };
    this.#marks.set(key, marks);
    return marks;
  }
}

/**
 * Watermarks after these marks. They only rise; reading resets the mentions up to there: which of several were behind it is not kept, so that at most as many are left as
 * there are places for. A mention counts once, because mentions of a conversation come in
 * the order of its sequences and the last one that was counted is kept with the count.
 */
export function raised(
  before: Watermarks,
  { read, delivered, mentions }: Pick<Marks, 'read' | 'delivered'> & { readonly mentions: Iterable<number> },
): Watermarks {
  const after = { ...before };
  for (const sequence of [...mentions].sort((left, right) => left - right)) {
    if (sequence <= after.last_mention_sequence) continue;
    after.last_mention_sequence = sequence;
    if (sequence > after.last_read_sequence) after.unread_mentions += 1;
  }
  if (read !== undefined && read.sequence > after.last_read_sequence) {
    after.last_read_sequence = read.sequence;
    after.last_read_message_id = read.messageId;
    after.last_read_at = new Date(read.at);
    after.unread_mentions = Math.min(after.unread_mentions, Math.max(0, after.last_mention_sequence - read.sequence));
  }
  if (delivered !== undefined && delivered.sequence > after.last_delivered_sequence) {
    after.last_delivered_sequence = delivered.sequence;
    after.last_delivered_at = new Date(delivered.at);
  }
  return after;
}

/** The watermarks of a row. */
export function watermarksOf(row: ReadState): Watermarks {
  const { last_read_sequence, last_read_message_id, last_read_at, last_delivered_sequence, last_delivered_at, unread_mentions } = row;
  return {
    ...{ last_read_sequence, last_read_message_id, last_read_at, last_delivered_sequence, last_delivered_at, unread_mentions },
    last_mention_sequence: row.last_mention_sequence ?? 0,
  };
}

/** Writes the marks of a batch. Doing it again changes nothing. */
export async function writeMarks(mongo: Mongo, tenant: TenantContext, marks: MarkSet): Promise<void> {
  const repository = mongo.forTenant(tenant).repository(readStates);
  await settleRows(marks.all, {
    async read(keys) {
      const pairs = keys.flatMap((key) => marks.all.get(key) ?? []);
      const rows = await repository.findMany(
        op.or<ReadState>(...pairs.map(({ conversationId, userId }) => ({ conversation_id: conversationId, user_id: userId }))),
        { limit: pairs.length, readFrom: 'primary' },
      );
      return new Map(rows.map((row) => [keyOf(row.conversation_id, row.user_id), row]));
    },
    async insert(missing) {
      const { inserted } = await repository.insertMany(
        missing.map((one) => ({ conversation_id: one.conversationId, user_id: one.userId, ...raised(NOTHING, one) })),
      );
      return inserted.length;
    },
    async update(present) {
      const changes = present.flatMap(({ row, wanted }) => {
        const before = watermarksOf(row);
        const after = raised(before, wanted);
        const set = Object.fromEntries(WATERMARKS.filter((name) => after[name] !== before[name]).map((name) => [name, after[name]]));
        return Object.keys(set).length === 0 ? [] : [{ id: row.read_state_id, where: guardOf(row), set }];
      });
      const { matched } = await repository.updateManyById(changes);
      return matched === changes.length;
    },
  });
}

const WATERMARKS = Object.keys(NOTHING) as (keyof Watermarks)[];

/** The row is as it was read. */
function guardOf(row: ReadState) {
  return {
    last_read_sequence: row.last_read_sequence,
    last_delivered_sequence: row.last_delivered_sequence,
    last_mention_sequence: row.last_mention_sequence ?? op.exists(false),
  };
}
