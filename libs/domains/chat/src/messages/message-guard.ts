import { type Permission, type ResourceGuard, type ResourceQuestion } from '@caas/gateway-middleware';
import { type Clock, NotFoundError } from '@caas/runtime';
import { isId } from '@caas/schema';
import { type SettingsService } from '@caas/tenancy';
import { type ConversationAction } from '../conversations/conversation-actions.js';
import { requireChangeable } from './change-rules.js';
import { mayDeleteOthers } from './message-changes.service.js';
import { type MessageReader } from './message-reader.js';

/** What a permission means for one message, where the conversation alone decides. */
const ACTIONS = new Map<Permission, ConversationAction>([
  ['message.react', 'react'],
  ['message.pin', 'pin_messages'],
  ['message.forward', 'read'],
]);

export interface MessageGuardParts {
  readonly reader: MessageReader;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly clock: Clock;
}

/** What a caller may do with one message. */
export class MessageGuard implements ResourceGuard {
  readonly type = 'message';
  readonly permissions: ReadonlySet<Permission> = new Set<Permission>([
    ...ACTIONS.keys(),
    'message.read',
    'message.update',
    'message.delete',
  ]);
  readonly #parts: MessageGuardParts;

  constructor(parts: MessageGuardParts) {
    this.#parts = parts;
  }

  async require(question: ResourceQuestion): Promise<void> {
    const { tenant, permission, resourceId, actingUser: actor } = question;
    const { reader } = this.#parts;
    const isMessage: boolean = isId('msg', resourceId);
    if (!isMessage) throw new NotFoundError();
    const action = ACTIONS.get(permission);
    if (action !== undefined) await reader.getLive(tenant, resourceId, { actor, action });
    else if (permission === 'message.read' || actor === undefined) await reader.getFor(tenant, resourceId, actor);
    else await this.#requireChange(question, actor.userId);
  }

  async #requireChange({ tenant, permission, resourceId, actingUser }: ResourceQuestion, actorId: string): Promise<void> {
    const { reader, settings, clock } = this.#parts;
    const [seen, { settings: known }] = await Promise.all([reader.getVisible(tenant, resourceId, actingUser), settings.get(tenant)]);
    const { message } = seen;
    const at = clock.now();
    const change =
      permission === 'message.update'
        ? ({ kind: 'edited', content: { type: message.type } } as const)
        : ({ kind: 'deleted', scope: 'everyone' } as const);
    const facts = { target: message, mayDeleteOthers: mayDeleteOthers(seen, at), chat: known.chat };
    requireChangeable({ ...change, conversationId: message.conversationId, actorId, at }, facts);
  }
}
