import { type Announcement, announcing } from '@caas/composition';
import { type Mongo, type Update } from '@caas/data-access-mongo';
import { type EventDefinition, type SendOptions } from '@caas/messaging-kafka';
import { type AuditEntry, type TenantContext } from '@caas/runtime';
import { deriveId } from '@caas/schema';
import { auditing } from '@caas/tenancy';
import { MemberList } from '../members/member-list.js';
import { toParticipant } from '../members/member.js';
import { type SystemEvent } from '../messages/system-content.js';
import { type ConversationAction } from './conversation-actions.js';
import { type ConversationActor, requireAllowed } from './conversation-rules.js';
import { type Conversation } from './conversations.collection.js';
import { type ConversationFacts, factsOf, type Membership } from './membership.js';

type OwnFields = Omit<Conversation, 'conversation_id' | 'tenant_id' | '__v' | 'created_at' | 'updated_at' | 'deleted_at' | 'deleted_by'>;
type Told<Event extends EventDefinition> = Pick<SendOptions<Event>, 'event' | 'payload'>;

/** A change of a conversation in the making: what becomes of its fields and members, what is told of it, and what is said in it. */
export class ConversationDraft {
  readonly conversation: Conversation;
  readonly members: MemberList;
  readonly #tenant: TenantContext;
  readonly #events: Told<EventDefinition>[] = [];
  readonly #said: SystemEvent[] = [];
  readonly #audited: AuditEntry[] = [];
  #removedBy: string | undefined;
  #set: NonNullable<Update<OwnFields>['set']> = {};

  constructor({ mongo, tenant, conversation }: { mongo: Mongo; tenant: TenantContext; conversation: Conversation }) {
    this.conversation = conversation;
    this.#tenant = tenant;
    this.members = new MemberList({ mongo, tenant, conversation });
  }

  /** Whether somebody may do this, as the conversation is now and not as caches have it. Throws what `requireAllowed` throws. */
  async require(
    actor: ConversationActor | undefined,
    question: { action: ConversationAction; now: number },
  ): Promise<Membership | undefined> {
    if (actor === undefined) return requireAllowed(this.#facts, undefined, question);
    await this.members.load([actor.userId]);
    return requireAllowed(this.#facts, actor, question);
  }

  /** Sets fields of the document. */
  set(fields: NonNullable<Update<OwnFields>['set']>): void {
    this.#set = { ...this.#set, ...fields };
  }

  get fields(): NonNullable<Update<OwnFields>['set']> {
    return this.#set;
  }

  /** Tells others, when the change is committed. */
  tell<Event extends EventDefinition>(event: Event, payload: Told<Event>['payload']): void {
    this.#events.push({ event, payload });
  }

  /** Says something in the conversation, when the change is committed. */
  say(event: SystemEvent): void {
    this.#said.push(event);
  }

  /** Notes something in the security trail, when the change is committed. */
  audit(entry: AuditEntry): void {
    this.#audited.push(entry);
  }

  /** Deletes the conversation: reads no longer find it. */
  remove(by: string): void {
    this.#removedBy = by;
    this.set({ status: 'deleted' });
  }

  /** Whoever has left must not read on: what comes next is encrypted under a key that those who stay make anew. */
  rotateKey(at: Date): void {
    const { encryption } = this.conversation;
    if (!encryption.enabled || !this.members.hasDeparted) return;
    const key_version = encryption.key_version + 1;
    this.set({ encryption: { ...encryption, key_version, group_key_id: null, last_key_rotation_at: at } });
    this.say({ type: 'key_rotated', data: { key_version } });
  }

  get removedBy(): string | undefined {
    return this.#removedBy;
  }

  get said(): readonly SystemEvent[] {
    return this.#said;
  }

  get #facts(): ConversationFacts {
    return factsOf({ ...this.conversation, participants: this.members.all.map(toParticipant) });
  }

  get isEmpty(): boolean {
    return Object.keys(this.#set).length === 0 && this.members.changedUsers.length === 0;
  }

  /** What was told, ready to be committed. Each id follows from the version that the change leads to and its place in the change. */
  announcements({ timestamp, applicationId }: { timestamp: number; applicationId: string | undefined }): Announcement[] {
    const { conversation_id: id, __v: version } = this.conversation;
    const events = this.#events.map(({ event, payload }, index) =>
      announcing({
        tenant: this.#tenant,
        timestamp,
        ...(applicationId !== undefined && { applicationId }),
        id: deriveId('evt', event.type, this.#tenant.tenantId, id, String(version + 1), String(index)),
        event,
        payload,
      }),
    );
    return [...events, ...this.#audited.map((entry) => auditing(entry, timestamp))];
  }
}
