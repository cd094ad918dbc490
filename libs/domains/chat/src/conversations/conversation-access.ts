import { type Clock, isPromise, NotFoundError, type TenantContext } from '@caas/runtime';
import { type ConversationAction } from './conversation-actions.js';
import { type ConversationDirectory, type ConversationFacts, type Membership } from './conversation-directory.js';
import { type ConversationActor, requireAllowed } from './conversation-rules.js';

/** What was allowed: in which conversation, and by whom. */
export interface Allowed {
  readonly conversation: ConversationFacts;
  /** Absent for a server key alone and for staff of the application. */
  readonly member: Membership | undefined;
}

/**
 * The one place that answers who may do what in a conversation: out of the cached conversation, denied by default. A change of members, roles, bans
 * or settings forgets the conversation in every process, so that it is refused there within the time of a message.
 */
export class ConversationAccess {
  readonly #directory: ConversationDirectory;
  readonly #clock: Clock;

  constructor({ directory, clock }: { directory: ConversationDirectory; clock: Clock }) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /**
   * Throws what {@link requireAllowed} throws. Synchronous when cached, which is what a send counts on. Without an actor the caller is a server key that
   * stands for the tenant.
   */
  require(
    tenant: TenantContext,
    conversationId: string,
    { actor, action }: { actor: ConversationActor | undefined; action: ConversationAction },
  ): Allowed | Promise<Allowed> {
    const facts = this.#directory.get(tenant, conversationId, actor?.userId);
    const allow = (conversation: ConversationFacts | undefined): Allowed => {
      if (conversation === undefined) throw new NotFoundError();
      return { conversation, member: requireAllowed(conversation, actor, { action, now: this.#clock.now() }) };
    };
    return isPromise(facts) ? facts.then(allow) : allow(facts);
  }
}
