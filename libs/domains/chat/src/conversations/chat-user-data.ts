import { type UserData } from '@caas/composition';
import { type Mongo, op, type TenantCollection } from '@caas/data-access-mongo';
import { type Clock, type TenantContext } from '@caas/runtime';
import { type JsonObject, newId } from '@caas/schema';
import { exportedRows } from '@caas/tenancy';
import { groupMembers } from '../groups/group-members.collection.js';
import { type MembersService } from '../members/members.service.js';
import { type ChangesPersistence } from '../messages/changes.persistence.js';
import { type MessageDeletion } from '../messages/message-change.js';
import { messages } from '../messages/messages.collection.js';
import { conversations } from './conversations.collection.js';
import { writeCopiedName } from './copied-names.js';

const BATCH = 200;
/** What is left of somebody in the copies that conversations keep. */
const NOBODY = { display_name: 'Deleted user', avatar_url: null } as const;
export interface ChatUserDataParts {
  readonly mongo: Mongo;
  readonly members: Pick<MembersService, 'takeOutDeleted'>;
  readonly changes: Pick<ChangesPersistence, 'persist'>;
  readonly clock: Clock;
}

/** What chat keeps of users: what they wrote, and where they are members. */
export class ChatUserData implements UserData {
  readonly name = 'chat';
  readonly #parts: ChatUserDataParts;

  constructor(parts: ChatUserDataParts) {
    this.#parts = parts;
  }

  async *export(tenant: TenantContext, userId: string): AsyncGenerator<JsonObject> {
    for await (const { conversation_id, type, metadata, created_at, own } of this.#conversations(tenant, userId)) {
      yield { record: 'conversation', conversation_id, type, name: metadata.name, created_at: created_at.toISOString(), member: own };
    }
    const definition: TenantCollection = messages;
    const repository = this.#parts.mongo.forTenant(tenant).repository(definition);
    yield* exportedRows({ definition, repository }, { 'sender.user_id': userId });
  }

  /** They leave every conversation but direct ones, which lose their name; what they wrote stays unless it is to go as well. */
  async erase(tenant: TenantContext, userId: string, { by, deleteMessages }: { by: string; deleteMessages: boolean }): Promise<void> {
    const scope = this.#parts.mongo.forTenant(tenant);
    for await (const { conversation_id: id, type } of this.#conversations(tenant, userId)) {
      if (type !== 'direct') await this.#parts.members.takeOutDeleted(tenant, { conversationId: id, userId }, { by });
    }
    await writeCopiedName(scope, userId, NOBODY);
    if (deleteMessages) await this.#deleteMessages(tenant, userId);
  }

  /** Those in which they are or were, directly or by the list of a large group. */
  async *#conversations(tenant: TenantContext, userId: string) {
    const repository = this.#parts.mongo.forTenant(tenant).repository(conversations);
    for (let last: string | undefined; ;) {
      const behind = last === undefined ? {} : { conversation_id: op.gt(last) };
      const rows = await repository.findMany({ 'participants.user_id': userId, ...behind }, { sort: { conversation_id: 1 }, limit: BATCH });
      for (const row of rows) {
        const member = row.participants.find(({ user_id: id }) => id === userId);
        yield { ...row, own: member === undefined ? null : { role: member.role, status: member.status } };
      }
      if (rows.length < BATCH) break;
      last = rows.at(-1)?.conversation_id;
    }
    const listed = await this.#parts.mongo.forTenant(tenant).repository(groupMembers).findMany({ user_id: userId }, { limit: 10_000 });
    const ids = [...new Set(listed.map(({ conversation_id: id }) => id))];
    for (const row of ids.length === 0 ? [] : await repository.findMany({ conversation_id: op.in(ids) }, { limit: 10_000 })) {
      if (row.participants.some(({ user_id: id }) => id === userId)) continue;
      yield { ...row, own: null };
    }
  }

  async #deleteMessages(tenant: TenantContext, userId: string): Promise<void> {
    const { mongo, changes, clock } = this.#parts;
    const repository = mongo.forTenant(tenant).repository(messages);
    for (;;) {
      const rows = await repository.findMany(
        { 'sender.user_id': userId, deletion: null },
        { limit: BATCH, select: ['message_id', 'conversation_id'], readFrom: 'primary' },
      );
      const deletions = rows.map(({ message_id: messageId, conversation_id: conversationId }): MessageDeletion => ({
        ...{ kind: 'deleted', scope: 'everyone', eventId: newId('evt'), messageId, conversationId, actorId: userId, at: clock.now() },
      }));
      await changes.persist(tenant, deletions);
      if (rows.length < BATCH) return;
    }
  }
}
