import { type Mongo, op } from '@caas/data-access-mongo';
import { type UserReader } from '@caas/identity';
import { AuthorizationError, ConflictError, type TenantContext } from '@caas/runtime';
import { type ConversationActor, isAllowed } from '../conversations/conversation-rules.js';
import { type MessageReader } from '../messages/message-reader.js';
import { readReceipts } from './read-receipts.collection.js';
import { readStates } from './read-states.collection.js';
import { showsReceipts } from './receipt-privacy.js';
import { type ReceiptStatus } from './receipts.service.js';

/** Beyond, receipts are counted and not listed. */
export const LISTED_MEMBERS_MAX = 100;

export interface ListedReceipt {
  readonly userId: string;
  readonly displayName: string;
  readonly status: ReceiptStatus;
  readonly deliveredAt: Date | null;
  readonly readAt: Date | null;
}

export interface ReceiptList {
  readonly counts: { readonly delivered: number; readonly read: number };
  /** Empty in conversations with more than {@link LISTED_MEMBERS_MAX} members. */
  readonly receipts: readonly ListedReceipt[];
}

/** Who has got and read a message: from the watermarks, which are the truth, with the times that details tell. */
export class ReceiptLists {
  readonly #parts: { readonly mongo: Mongo; readonly users: Pick<UserReader, 'findMany'>; readonly reader: MessageReader };

  constructor(parts: { mongo: Mongo; users: Pick<UserReader, 'findMany'>; reader: MessageReader }) {
    this.#parts = parts;
  }

  /** For the sender and admins of the conversation; users who hide receipts are left out. Throws `AUTHZ_ROLE_TOO_LOW` for others, `RES_STATE` before it is stored. */
  async list(
    tenant: TenantContext,
    messageId: string,
    { actor, now }: { actor: ConversationActor | undefined; now: number },
  ): Promise<ReceiptList> {
    const { message, conversation, member } = await this.#parts.reader.getVisible(tenant, messageId, actor);
    const isAdmin = member === undefined || isAllowed(member, { conversation, action: 'invite', now });
    if (!isAdmin && message.senderId !== actor?.userId)
      throw new AuthorizationError('AUTHZ_ROLE_TOO_LOW', 'Receipts are shown to the sender and to admins.');
    const { stored } = message.source;
    if (stored === undefined) throw new ConflictError('The message is not stored yet.', { code: 'RES_STATE' });
    const others = Object.keys(conversation.members).filter((id) => id !== message.senderId);
    if (conversation.membership === 'collection' || others.length > LISTED_MEMBERS_MAX) return this.#counted(tenant, stored);
    return this.#listed(tenant, stored, others);
  }

  async #counted(tenant: TenantContext, { conversation_id, sequence, sender }: Place): Promise<ReceiptList> {
    const states = this.#parts.mongo.forTenant(tenant).repository(readStates);
    const count = (field: 'last_read_sequence' | 'last_delivered_sequence'): Promise<number> =>
      states.count({ conversation_id, user_id: op.ne(sender.user_id ?? ''), [field]: op.gte(sequence) });
    const [read, delivered] = await Promise.all([count('last_read_sequence'), count('last_delivered_sequence')]);
    return { counts: { read, delivered }, receipts: [] };
  }

  async #listed(tenant: TenantContext, { message_id, conversation_id, sequence }: Place, others: readonly string[]): Promise<ReceiptList> {
    if (others.length === 0) return { counts: { read: 0, delivered: 0 }, receipts: [] };
    const scope = this.#parts.mongo.forTenant(tenant);
    const [states, details, people] = await Promise.all([
      scope.repository(readStates).findMany({ conversation_id, user_id: op.in(others) }, { limit: others.length }),
      scope.repository(readReceipts).findMany({ message_id, is_visible: true }, { limit: others.length }),
      this.#parts.users.findMany(tenant, others),
    ]);
    const timesOf = new Map(details.map((detail) => [detail.user_id, detail]));
    const shown = new Map(people.filter(showsReceipts).map((user) => [user.user_id, user]));
    const receipts = states.flatMap((state): ListedReceipt[] => {
      const person = shown.get(state.user_id);
      if (person === undefined || state.last_delivered_sequence < sequence) return [];
      const times = timesOf.get(state.user_id);
      const isRead = state.last_read_sequence >= sequence;
      return [
        {
          userId: state.user_id,
          displayName: person.profile.display_name,
          status: isRead ? 'read' : 'delivered',
          deliveredAt: times?.delivered_at ?? null,
          readAt: isRead ? (times?.read_at ?? null) : null,
        },
      ];
    });
    const read = receipts.filter(({ status }) => status === 'read').length;
    return { counts: { read, delivered: receipts.length }, receipts };
  }
}

interface Place {
  readonly message_id: string;
  readonly conversation_id: string;
  readonly sequence: number;
  readonly sender: { readonly user_id: string | null };
}
