import { type Mongo, op } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { ACTIVE_PARTICIPANTS_MAX, type Conversation, PARTICIPANTS_MAX } from '../conversations/conversations.collection.js';
import { isHigher } from '../conversations/conversation-actions.js';
import { CONVERSATION_ROLES } from '../conversations/member-shape.js';
import { type GroupMember, groupMembers } from '../groups/group-members.collection.js';
import { fromParticipant, fromRow, isActive, type Member, toParticipant, toRow } from './member.js';

const FORMER_MAX = PARTICIPANTS_MAX - ACTIVE_PARTICIPANTS_MAX;

/** What a change of members does to the conversation's own document. */
export interface MembersUpdate {
  readonly membership: Conversation['membership'];
  readonly participants: Conversation['participants'];
  readonly activeCount: number;
  readonly subscriberCount: number;
}

/**
 * The members of one conversation as they were read, and what a change makes of them. The same for both homes: of a conversation that holds its members all
 * are known, of one with a collection those that were asked for by {@link load}.
 */
export class MemberList {
  readonly #mongo: Mongo;
  readonly #tenant: TenantContext;
  readonly #conversation: Conversation;
  readonly #known = new Map<string, Member>();
  readonly #rowIds = new Map<string, string>();
  readonly #changed = new Map<string, { readonly before: Member | undefined; readonly after: Member }>();

  constructor({ mongo, tenant, conversation }: { mongo: Mongo; tenant: TenantContext; conversation: Conversation }) {
    this.#mongo = mongo;
    this.#tenant = tenant;
    this.#conversation = conversation;
    for (const participant of conversation.participants) this.#known.set(participant.user_id, fromParticipant(participant));
  }

  /** Reads these users of a conversation whose members are a collection; nothing for others. Needed before {@link get} and {@link put}. */
  async load(userIds: readonly string[]): Promise<void> {
    if (!this.#isCollection) return;
    await this.#keep(op.in(userIds), userIds.length);
  }

  /** Those that are known. */
  get all(): Member[] {
    return [...this.#known.values()];
  }

  get(userId: string): Member | undefined {
    return this.#known.get(userId);
  }

  active(userId: string): Member | undefined {
    const member = this.#known.get(userId);
    return member !== undefined && isActive(member) ? member : undefined;
  }

  /** Puts a member in the place of what was known of them. */
  put(after: Member): void {
    const before = this.#changed.get(after.user_id)?.before ?? this.#known.get(after.user_id);
    this.#known.set(after.user_id, after);
    this.#changed.set(after.user_id, { before, after });
  }

  /** Active members with the role of owner. */
  async owners(): Promise<readonly Member[]> {
    if (this.#isCollection) {
      const rows = await this.#rows().findMany(
        { conversation_id: this.#conversation.conversation_id, status: 'active', role: 'owner' },
        { limit: 100, readFrom: 'primary' },
      );
      for (const row of rows) if (!this.#known.has(row.user_id)) this.#remember(row);
    }
    return [...this.#known.values()].filter((member) => isActive(member) && member.role === 'owner');
  }

  /** Whoever owns the conversation when this member is gone: the highest of the other active ones, of those who are as high the one who came first. */
  async heirOf(userId: string): Promise<Member | undefined> {
    const others = this.#isCollection ? await this.#highest(userId) : [...this.#known.values()];
    const [heir] = others
      .filter((member) => isActive(member) && member.user_id !== userId)
      .sort((one, other) =>
        one.role === other.role ? one.joined_at.getTime() - other.joined_at.getTime() : isHigher(one.role, other.role) ? -1 : 1,
      );
    return heir;
  }

  /** The first active members of the highest role that any of the others has. */
  async #highest(userId: string): Promise<Member[]> {
    for (const role of CONVERSATION_ROLES) {
      const rows = await this.#rows().findMany(
        { conversation_id: this.#conversation.conversation_id, status: 'active', role, user_id: op.ne(userId) },
        { sort: { 'activity.joined_at': 1 }, limit: 1, readFrom: 'primary' },
      );
      if (rows.length === 0) continue;
      for (const row of rows) if (!this.#known.has(row.user_id)) this.#remember(row);
      return rows.flatMap(({ user_id }) => this.#known.get(user_id) ?? []);
    }
    return [];
  }

  /** Active members as they will be. */
  get activeCount(): number {
    return this.#conversation.stats.participant_count + this.#delta(isActive);
  }

  /** Whether somebody is no member any more. */
  get hasDeparted(): boolean {
    return [...this.#changed.values()].some(({ before, after }) => before !== undefined && isActive(before) && !isActive(after));
  }

  get changedUsers(): string[] {
    return [...this.#changed.keys()];
  }

  /** What becomes of the document; `undefined` when no member changed. Too many move into the collection, once and for all. */
  update(): MembersUpdate | undefined {
    if (this.#changed.size === 0) return undefined;
    const subscriberCount =
      (this.#conversation.channel?.subscriber_count ?? 0) + this.#delta((member) => isActive(member) && member.role === 'subscriber');
    const counts = { activeCount: this.activeCount, subscriberCount };
    const participants = this.#isCollection ? undefined : embedded([...this.#known.values()]);
    if (participants === undefined) return { membership: 'collection', participants: [], ...counts };
    return { membership: 'embedded', participants: participants.map(toParticipant), ...counts };
  }

  /** Writes the rows of the collection, after the document. All members when they move there. */
  async write({ membership }: MembersUpdate): Promise<void> {
    if (membership === 'embedded') return;
    const members = this.#isCollection ? [...this.#changed.values()].map(({ after }) => after) : [...this.#known.values()];
    const rows = members.map((member) => ({
      rowId: this.#rowIds.get(member.user_id),
      row: toRow(this.#conversation.conversation_id, member),
    }));
    const fresh = rows.filter(({ rowId }) => rowId === undefined).map(({ row }) => row);
    const changes = rows.flatMap(({ rowId, row: { activity, conversation_id: _, ...set } }) => {
      const { joined_at, joined_sequence, invited_by } = activity;
      const activityOf = {
        'activity.joined_at': joined_at,
        'activity.joined_sequence': joined_sequence,
        'activity.invited_by': invited_by,
      };
      return rowId === undefined ? [] : [{ id: rowId, set: { ...set, ...activityOf } }];
    });
    if (changes.length > 0) await this.#rows().bulkUpdate(changes);
    if (fresh.length > 0) await this.#rows().insertMany(fresh);
  }

  get #isCollection(): boolean {
    return this.#conversation.membership === 'collection';
  }

  /** How many more meet a condition than before. */
  #delta(meets: (member: Member) => boolean): number {
    let delta = 0;
    for (const { before, after } of this.#changed.values()) {
      delta += Number(meets(after)) - Number(before !== undefined && meets(before));
    }
    return delta;
  }

  async #keep(user: ReturnType<typeof op.in<string>>, limit: number): Promise<void> {
    if (limit === 0) return;
    const filter = { conversation_id: this.#conversation.conversation_id, user_id: user };
    for (const row of await this.#rows().findMany(filter, { limit, readFrom: 'primary' })) this.#remember(row);
  }

  #remember(row: GroupMember): void {
    this.#rowIds.set(row.user_id, row.member_id);
    this.#known.set(row.user_id, fromRow(row));
  }

  #rows() {
    return this.#mongo.forTenant(this.#tenant).repository(groupMembers);
  }
}

/** Members as a conversation holds them itself: the oldest former ones go, bans stay. `undefined` when they are too many. */
function embedded(members: readonly Member[]): readonly Member[] | undefined {
  const active = members.filter(isActive);
  const banned = members.filter(({ status }) => status === 'banned');
  if (active.length > ACTIVE_PARTICIPANTS_MAX || banned.length > FORMER_MAX) return undefined;
  const gone = members.filter(({ status }) => status === 'left' || status === 'removed').sort((one, other) => goneAt(other) - goneAt(one));
  const kept = new Set([...active, ...banned, ...gone.slice(0, FORMER_MAX - banned.length)]);
  return members.filter((member) => kept.has(member));
}

const goneAt = ({ left_at, removed_at }: Member): number => (removed_at ?? left_at)?.getTime() ?? 0;
