import { type Services, type UserData } from '@caas/composition';
import { UserReader } from '@caas/identity';
import { SettingsService } from '@caas/tenancy';
import { ChatUserData } from './conversations/chat-user-data.js';
import { ConversationChanges } from './conversations/conversation-changes.js';
import { ConversationDirectory } from './conversations/conversation-directory.js';
import { MembersService } from './members/members.service.js';
import { ChangesPersistence } from './messages/changes.persistence.js';

/** What chat keeps of users. */
export default function chatUserData(services: Services): UserData[] {
  const { mongo, redis, outbox, clock, secrets } = services;
  const settings = new SettingsService({ ...services, box: secrets.box });
  const conversationChanges = new ConversationChanges({ mongo, directory: new ConversationDirectory({ mongo, redis }), outbox, clock });
  const members = new MembersService({ mongo, changes: conversationChanges, users: new UserReader({ mongo }), settings });
  return [new ChatUserData({ mongo, members, changes: new ChangesPersistence({ mongo }), clock })];
}
