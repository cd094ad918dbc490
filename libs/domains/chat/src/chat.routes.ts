import { type RouteDefinition } from '@caas/gateway-middleware';
import { type Services } from '@caas/composition';
import { RelationshipsService, UserLists, UserReader, UserSight } from '@caas/identity';
import { FileReader } from '@caas/media';
import { SettingsService } from '@caas/tenancy';
import { ConversationAccess } from './conversations/conversation-access.js';
import { ConversationChanges } from './conversations/conversation-changes.js';
import { ConversationExpansions } from './conversations/conversation-expansions.js';
import { ConversationInfoService } from './conversations/conversation-info.service.js';
import { ConversationViews } from './conversations/conversation-views.js';
import { readingRoutes } from './conversations/reading.routes.js';
import { ReadingService } from './conversations/reading.service.js';
import { GroupInvitesService } from './groups/group-invites.service.js';
import { groupMembersRoutes } from './groups/group-members.routes.js';
import { groupsRoutes } from './groups/groups.routes.js';
import { GroupsService } from './groups/groups.service.js';
import { joiningRoutes } from './groups/joining.routes.js';
import { JoiningService } from './groups/joining.service.js';
import { MemberViews } from './members/member-views.js';
import { membersRoutes } from './members/members.routes.js';
import { MembersService } from './members/members.service.js';
import { ownViewRoutes } from './members/own-view.routes.js';
import { OwnViewService } from './members/own-view.service.js';
import { blockingRoutes } from './conversations/blocking.routes.js';
import { ConversationDirectory } from './conversations/conversation-directory.js';
import { conversationsRoutes } from './conversations/conversations.routes.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { messageRoutes } from './messages/message.routes.js';
import { MessageLists } from './messages/message-lists.js';
import { MessageViews } from './messages/message-views.js';
import { chatEvents } from './messages/messages.events.js';
import { ReadStatesService } from './receipts/read-states.service.js';
import { MessageSearch } from './search/message-search.js';
import { SearchEverywhere } from './search/search-everywhere.js';
import { SearchScope } from './search/search-scope.js';
import { searchRoutes } from './search/search.routes.js';

/** What the gateway takes from the chat module. */
export default function chatRoutes(services: Services): RouteDefinition[] {
  const { mongo, redis, kafka, clock, outbox } = services;
  const directory = new ConversationDirectory({ mongo, redis });
  const access = new ConversationAccess({ directory, clock });
  const users = new UserReader({ mongo });
  const settings = new SettingsService({ ...services, box: services.secrets.box });
  const relationships = new RelationshipsService({ mongo, clock });
  const conversations = new ConversationsService({ mongo, users, relationships, settings, directory, outbox, clock });
  const conversationChanges = new ConversationChanges({ mongo, directory, outbox, clock });
  const views = new ConversationViews({ mongo });
  const members = new MembersService({ mongo, changes: conversationChanges, users, settings });
  const own = new OwnViewService({ mongo, changes: conversationChanges });
  const info = new ConversationInfoService({ mongo, changes: conversationChanges });
  const states = new ReadStatesService({ mongo, outbox, clock });
  const reading = new ReadingService({ mongo, access, users, states, events: kafka.producer(chatEvents), clock, logger: services.logger });
  const now = () => clock.now();
  const files = new FileReader({ mongo });
  const memberViews = new MemberViews({ mongo, users });
  const groups = new GroupsService({ mongo, conversations, settings, directory, outbox, clock });
  const invites = new GroupInvitesService({ mongo, clock });
  const joining = new JoiningService({ mongo, invites, members, directory, clock });
  const messageViews = new MessageViews({ mongo, users });
  const lists = new MessageLists({ mongo, access, views: messageViews, clock });
  const expansions = new ConversationExpansions({ members: memberViews, lists, now });
  const scope = new SearchScope({ mongo, access });
  const search = new MessageSearch({ mongo, scope, directory, views: messageViews, clock });
  const found = { users: new UserLists({ mongo }), sight: new UserSight({ mongo }) };
  const everywhere = new SearchEverywhere({ ...found, messages: search, conversations: views, clock });
  return [
    ...conversationsRoutes({ conversations, views, expansions, info, members, own, access, now }),
    ...membersRoutes({ members, views: memberViews, access, conversations, users, now }),
    ...ownViewRoutes({ own, views, now }),
    ...messageRoutes(services, { access, changes: conversationChanges, users, settings, files, views: messageViews, lists, states }),
    ...readingRoutes({ reading, views }),
    ...blockingRoutes({ relationships, users, directory }),
    ...groupsRoutes({ groups, views, info, access, now }),
    ...groupMembersRoutes({ groups, members, views: memberViews, access, users, now }),
    ...joiningRoutes({ invites, joining, groups, access, users }),
    ...searchRoutes({ search, everywhere }),
  ];
}
