import { type Permission, type ResourceGuard, type ResourceQuestion } from '@caas/gateway-middleware';
import { NotFoundError } from '@caas/runtime';
import { isId } from '@caas/schema';
import { type ConversationAccess } from './conversation-access.js';
import { type ConversationAction } from './conversation-actions.js';

/** What a permission means in one conversation. */
const ACTIONS = new Map<Permission, ConversationAction>([
  ['conversation.read', 'read'],
  ['group.read', 'read'],
  ['message.read', 'read'],
  ['conversation.update', 'change_info'],
  ['group.update', 'change_info'],
  ['conversation.add_member', 'add_members'],
  ['conversation.remove_member', 'remove_members'],
  ['group.kick', 'remove_members'],
  ['conversation.set_role', 'change_roles'],
  ['group.manage_roles', 'change_roles'],
  ['conversation.leave', 'arrange'],
  ['group.leave', 'arrange'],
  ['conversation.archive', 'arrange'],
  ['conversation.mute', 'arrange'],
  ['conversation.delete', 'delete'],
  ['group.delete', 'delete'],
  ['group.invite', 'invite'],
  ['group.ban', 'ban_members'],
  ['group.unban', 'ban_members'],
  ['message.send', 'send'],
  ['message.react', 'react'],
  ['message.pin', 'pin_messages'],
  ['message.delete', 'delete_messages'],
]);

/** What a caller may do in one conversation. */
export class ConversationGuard implements ResourceGuard {
  readonly type = 'conversation';
  readonly permissions: ReadonlySet<Permission> = new Set(ACTIONS.keys());
  readonly #access: ConversationAccess;

  constructor({ access }: { access: ConversationAccess }) {
    this.#access = access;
  }

  async require({ tenant, permission, resourceId, actingUser: actor }: ResourceQuestion): Promise<void> {
    const action = ACTIONS.get(permission);
    const isConversation: boolean = isId('conv', resourceId);
    if (action === undefined || !isConversation) throw new NotFoundError();
    await this.#access.require(tenant, resourceId, { actor, action });
  }
}
