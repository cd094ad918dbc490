import { type Mongo, type Page } from '@caas/data-access-mongo';
import { type ChangeOrigin } from '@caas/identity';
import { type ActingUser, AuthorizationError, type Clock, NotFoundError, type TenantContext } from '@caas/runtime';
import { type ConversationDirectory } from '../conversations/conversation-directory.js';
import { isBanned, memberOf } from '../conversations/conversation-rules.js';
import { type Conversation, conversations } from '../conversations/conversations.collection.js';
import { type JoinRequest, joinRequests } from '../join-requests/join-requests.collection.js';
import { type MembersService } from '../members/members.service.js';
import { type GroupInvitesService } from './group-invites.service.js';
import { groups } from './groups.collection.js';

/** How long a decided request is remembered. */
const DECIDED_MS = 30 * 86_400_000;

export type Joined = 'joined' | 'pending';

/** How users come into groups and channels by themselves: by a code, through an open door, or by asking where an approval is wanted. */
export class JoiningService {
  readonly #mongo: Mongo;
  readonly #invites: GroupInvitesService;
  readonly #members: MembersService;
  readonly #directory: ConversationDirectory;
  readonly #clock: Clock;

  constructor(options: {
    mongo: Mongo;
    invites: GroupInvitesService;
    members: MembersService;
    directory: ConversationDirectory;
    clock: Clock;
  }) {
    this.#directory = options.directory;
    this.#mongo = options.mongo;
    this.#invites = options.invites;
    this.#members = options.members;
    this.#clock = options.clock;
  }

  /** By an invitation, whose use counts only for who came in by it. Throws `CONV_INVITE_INVALID`, `CONV_BANNED`, `CONV_MEMBER_LIMIT`. */
  async byCode(
    tenant: TenantContext,
    code: string,
    caller: { user: ActingUser; origin: ChangeOrigin },
  ): Promise<{ conversationId: string; outcome: Joined }> {
    const { conversation_id: conversationId } = await this.#invites.find(tenant, code);
    const conversation = await this.#conversation(tenant, conversationId);
    if (needsApproval(conversation)) return { conversationId, outcome: await this.#ask(tenant, conversation, caller) };
    const group = await this.#invites.redeem(tenant, code);
    let came = false;
    try {
      came = await this.#members.join(tenant, { conversationId, userId: caller.user.userId }, { ...caller, invitedBy: null });
    } finally {
      if (!came) await this.#invites.release(tenant, group);
    }
    return { conversationId, outcome: 'joined' };
  }

  /** Through the open door of a public channel or a discoverable group. Throws `AUTHZ_NOT_MEMBER` where there is none, and as {@link byCode}. */
  async openly(tenant: TenantContext, conversationId: string, caller: { user: ActingUser; origin: ChangeOrigin }): Promise<Joined> {
    const conversation = await this.#conversation(tenant, conversationId);
    if (!(await this.#isOpen(tenant, conversation))) {
      throw new AuthorizationError('AUTHZ_NOT_MEMBER', 'The conversation is open to those only who were invited.');
    }
    if (needsApproval(conversation)) return this.#ask(tenant, conversation, caller);
    await this.#members.join(tenant, { conversationId, userId: caller.user.userId }, { ...caller, invitedBy: null });
    return 'joined';
  }

  /** Who asks to be let in, the latest first. */
  requests(
    tenant: TenantContext,
    conversationId: string,
    paging: { limit: number; cursor?: string | undefined },
  ): Promise<Page<JoinRequest>> {
    const filter = { conversation_id: conversationId, status: 'pending' } as const;
    return this.#requests(tenant).page(filter, { sort: { requested_at: -1 }, ...paging });
  }

  /** Lets somebody in who asked, or not. Throws `NotFoundError` where nobody asks, and as joining does. */
  async decide(
    tenant: TenantContext,
    { conversationId, userId }: { conversationId: string; userId: string },
    { status, origin }: { status: 'approved' | 'rejected'; origin: ChangeOrigin },
  ): Promise<void> {
    const open = { conversation_id: conversationId, user_id: userId, status: 'pending' } as const;
    if (!(await this.#requests(tenant).exists(open, { readFrom: 'primary' }))) throw new NotFoundError();
    // In first: a request that cannot be granted stays open.
    if (status === 'approved') await this.#members.join(tenant, { conversationId, userId }, { origin, invitedBy: origin.by });
    const now = this.#clock.now();
    const decided = { status, decided_by: origin.by, decided_at: new Date(now), expires_at: new Date(now + DECIDED_MS) };
    if ((await this.#requests(tenant).findOneAndUpdate(open, { set: decided })) === undefined && status === 'rejected')
      throw new NotFoundError();
  }

  /** Members need not ask, and the banned may not. */
  async #ask(tenant: TenantContext, { conversation_id }: Conversation, { user: { userId } }: { user: ActingUser }): Promise<Joined> {
    const facts = await this.#directory.get(tenant, conversation_id, userId);
    if (facts !== undefined && memberOf(facts, userId) !== undefined) return 'joined';
    if (facts !== undefined && isBanned(facts, userId, this.#clock.now())) {
      throw new AuthorizationError('CONV_BANNED', 'The user is banned from this conversation.');
    }
    const key = { conversation_id, user_id: userId };
    const pending = {
      status: 'pending' as const,
      message: null,
      requested_at: new Date(this.#clock.now()),
      decided_by: null,
      decided_at: null,
      expires_at: null,
    };
    await this.#requests(tenant).upsert(key, { create: { ...key, ...pending }, change: { set: pending } });
    return 'pending';
  }

  async #isOpen(tenant: TenantContext, { conversation_id, channel }: Conversation): Promise<boolean> {
    if (channel?.is_public === true) return true;
    return this.#mongo.forTenant(tenant).repository(groups).exists({ conversation_id, 'metadata.is_discoverable': true });
  }

  #conversation(tenant: TenantContext, conversationId: string): Promise<Conversation> {
    return this.#mongo.forTenant(tenant).repository(conversations).get(conversationId, { readFrom: 'primary' });
  }

  #requests(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(joinRequests);
  }
}

function needsApproval({ metadata }: Conversation): boolean {
  return metadata.settings?.join_approval_required === true;
}
