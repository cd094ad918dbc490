import { type Services } from '@caas/composition';
import { type ResourceGuard } from '@caas/gateway-middleware';
import { SettingsService } from '@caas/tenancy';
import { ConversationAccess } from './conversations/conversation-access.js';
import { ConversationDirectory } from './conversations/conversation-directory.js';
import { ConversationGuard } from './conversations/conversation-guard.js';
import { MessageGuard } from './messages/message-guard.js';
import { MessageReader } from './messages/message-reader.js';
import { RecentMessages } from './messages/recent-messages.js';

/** What decides about conversations and messages, for whoever asks what may be done with them. */
export default function chatGuards(services: Services): ResourceGuard[] {
  const { mongo, redis, clock, secrets } = services;
  const access = new ConversationAccess({ directory: new ConversationDirectory({ mongo, redis }), clock });
  const reader = new MessageReader({ mongo, access, recent: new RecentMessages({ redis }), clock });
  const settings = new SettingsService({ ...services, box: secrets.box });
  return [new ConversationGuard({ access }), new MessageGuard({ reader, settings, clock })];
}
