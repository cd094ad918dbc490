import { announcing, type Outbox } from '@caas/composition';
import { type Filter, type Mongo, op, type Page } from '@caas/data-access-mongo';
import { changesBetween } from '@caas/messaging-kafka';
import { type Clock, ConflictError, type TenantContext, VersionConflictError } from '@caas/runtime';
import { freeForm, idOf, newId, text, z } from '@caas/schema';
import { type SettingsService } from '@caas/tenancy';
import { systemMessage } from '../conversations/conversation-changes.js';
import { conversationSettings } from '../conversations/conversation-info.service.js';
import { type ConversationDirectory } from '../conversations/conversation-directory.js';
import { type Conversation, conversations } from '../conversations/conversations.collection.js';
import { type ConversationsService, type Creator } from '../conversations/conversations.service.js';
import { type Caller } from '../members/members.service.js';
import { groupMembers } from './group-members.collection.js';
import { type Group, groups } from './groups.collection.js';
import { groupCreated, groupUpdated, memberJoined } from './groups.events.js';
import { newGroupRow } from './new-group-row.js';

const GROUP_CATEGORIES = ['social', 'work', 'family', 'custom'] as const;
const keyword = text({ min: 1, max: 50 });
const rule = z.strictObject({ title: text({ min: 1, max: 100 }), description: text({ max: 1_000 }).optional() });

/** What a caller says of a group beside its conversation. */
const groupFields = {
  category: z.enum(GROUP_CATEGORIES),
  tags: z.array(keyword).max(20),
  is_discoverable: z.boolean(),
  rules: z.array(rule).max(20),
} as const;

export const newGroup = z.strictObject({
  name: text({ min: 1, max: 100 }),
  member_ids: z.array(idOf('usr')).min(1).max(100),
  description: text({ max: 1_000 }).optional(),
  settings: z.strictObject(conversationSettings).partial().optional(),
  metadata: freeForm().optional(),
  category: groupFields.category.optional(),
  tags: groupFields.tags.optional(),
  is_discoverable: groupFields.is_discoverable.optional(),
  rules: groupFields.rules.optional(),
});
export type NewGroup = z.output<typeof newGroup>;

export const groupPatch = z.strictObject({
  category: groupFields.category.optional(),
  tags: groupFields.tags.optional(),
  is_discoverable: groupFields.is_discoverable.optional(),
  rules: groupFields.rules.optional(),
  moderation: z
    .strictObject({
      auto_moderation_enabled: z.boolean(),
      spam_detection_enabled: z.boolean(),
      blocked_words: z.array(text({ min: 1, max: 100 })).max(500),
    })
    .partial()
    .optional(),
});
export type GroupPatch = z.output<typeof groupPatch>;

export interface GroupFilter {
  readonly userId?: string | undefined;
  readonly discoverable?: boolean | undefined;
  readonly category?: (typeof GROUP_CATEGORIES)[number] | undefined;
  readonly tag?: string | undefined;
  /** Beginning of the name. */
  readonly q?: string | undefined;
}

/** A group is its conversation and an extended record of it. */
export interface GroupView {
  readonly group: Group;
  readonly conversation: Conversation;
}

const OF_ONE_USER_MAX = 1_000;
const ROUNDS_MAX = 10;

export interface GroupsParts {
  readonly mongo: Mongo;
  readonly conversations: ConversationsService;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly directory: Pick<ConversationDirectory, 'invalidate'>;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** Groups of a tenant. Their members are those of the conversation. */
export class GroupsService {
  readonly #parts: GroupsParts;

  constructor(parts: GroupsParts) {
    this.#parts = parts;
  }

  /** Creates a group with its conversation, together. Throws what creating a conversation throws, and `RES_LIMIT_REACHED` for a user who is in as many as they may be. */
  async create(
    tenant: TenantContext,
    { category, tags, is_discoverable, rules, ...input }: NewGroup,
    creator: Creator,
  ): Promise<GroupView> {
    const { mongo } = this.#parts;
    if (creator.actingUser !== undefined) await this.#refuseTooMany(tenant, creator.actingUser.userId);
    const groupId = newId('grp');
    const by = creator.actingUser?.userId ?? creator.keyId;
    const metadata = {
      category: category ?? ('custom' as const),
      tags: tags ?? [],
      is_discoverable: is_discoverable ?? false,
      search_keywords: [],
    };
    const { conversation } = await this.#parts.conversations.create(
      tenant,
      { ...input, type: 'group' },
      creator,
      ({ conversationId, at, memberships }) => {
        const common = { tenant, timestamp: at, ...(creator.applicationId !== undefined && { applicationId: creator.applicationId }) };
        const about = { group_id: groupId, conversation_id: conversationId };
        const { name, description } = input;
        const created = { ...about, creator_id: by, name, ...(description !== undefined && { description }), created_at: at };
        return {
          events: [
            announcing({ ...common, event: groupCreated, payload: created }),
            systemMessage({ type: 'group_created', data: { by, name } }, { tenant, conversationId, version: 0, index: 0, timestamp: at }),
            ...memberships.flatMap(({ user_id, role }) =>
              role === 'subscriber'
                ? []
                : [
                    announcing({
                      ...common,
                      id: newId('evt'),
                      event: memberJoined,
                      payload: { ...about, user_id, role, added_by: by, joined_at: at },
                    }),
                  ],
            ),
          ],
          write: () =>
            mongo
              .forTenant(tenant)
              .repository(groups)
              .insert({
                group_id: groupId,
                ...newGroupRow(conversationId, { metadata, rules: rulesOf(rules ?? [], { by, at: new Date(at) }) }),
              }),
        };
      },
    );
    return { group: await this.#groups(tenant).get(groupId, { readFrom: 'primary' }), conversation };
  }

  /** Throws `NotFoundError`, also for a group whose conversation was deleted. */
  async get(tenant: TenantContext, groupId: string): Promise<GroupView> {
    const group = await this.#groups(tenant).get(groupId);
    return { group, conversation: await this.#parts.conversations.get(tenant, group.conversation_id) };
  }

  /** Of one user, of those that can be found by everybody, or all. The newest first. */
  async list(
    tenant: TenantContext,
    { userId, discoverable, category, tag, q }: GroupFilter,
    paging: { limit: number; cursor?: string | undefined },
  ): Promise<Page<GroupView>> {
    const conditions: Filter<Group>[] = [
      {
        ...(discoverable === true && { 'metadata.is_discoverable': true }),
        ...(category !== undefined && { 'metadata.category': category }),
        ...(tag !== undefined && { 'metadata.tags': tag }),
      },
    ];
    if (userId !== undefined && discoverable !== true)
      conditions.push({ conversation_id: op.in(await this.#conversationsOf(tenant, userId)) });
    if (q !== undefined) conditions.push({ conversation_id: op.in(await this.#named(tenant, q)) });
    const page = await this.#groups(tenant).page(op.and<Group>(...conditions), { sort: { created_at: -1 }, ...paging });
    return { ...page, items: await this.#withConversations(tenant, page.items) };
  }

  /** Changes what is named, and tells of it. Whether the caller may is decided before. */
  async update(
    tenant: TenantContext,
    groupId: string,
    { patch, origin, expectedVersion }: Pick<Caller, 'origin'> & { patch: GroupPatch; expectedVersion?: number | undefined },
  ): Promise<GroupView> {
    const { outbox, clock } = this.#parts;
    for (let round = 1; ; round += 1) {
      const before = await this.#groups(tenant).get(groupId, { readFrom: 'primary' });
      const at = clock.now();
      const after = patched(before, patch, { by: origin.by, at: new Date(at) });
      const changes = changesBetween(toldOf(before), toldOf(after));
      if (changes.length === 0) return this.get(tenant, groupId);
      const version = expectedVersion ?? before.__v;
      try {
        await outbox.commit({
          events: [
            announcing({
              tenant,
              timestamp: at,
              ...(origin.applicationId !== undefined && { applicationId: origin.applicationId }),
              event: groupUpdated,
              payload: { group_id: groupId, updated_by: origin.by, changes, updated_at: at },
            }),
          ],
          proof: { collection: groups.name, tenantId: tenant.tenantId, id: groupId, version: version + 1 },
          write: () => this.#groups(tenant).update(groupId, { set: after }, { expectedVersion: version }),
        });
        if (patch.moderation !== undefined) await this.#parts.directory.invalidate(tenant, before.conversation_id);
        return await this.get(tenant, groupId);
      } catch (error) {
        if (!(error instanceof VersionConflictError) || expectedVersion !== undefined || round >= ROUNDS_MAX) throw error;
      }
    }
  }

  async #withConversations(tenant: TenantContext, found: readonly Group[]): Promise<GroupView[]> {
    if (found.length === 0) return [];
    const ids = found.map(({ conversation_id }) => conversation_id);
    const rows = await this.#conversations(tenant).findMany({ conversation_id: op.in(ids) }, { limit: ids.length });
    const byId = new Map(rows.map((row) => [row.conversation_id, row]));
    return found.flatMap((group) => {
      const conversation = byId.get(group.conversation_id);
      return conversation === undefined ? [] : [{ group, conversation }];
    });
  }

  async #conversationsOf(tenant: TenantContext, userId: string): Promise<string[]> {
    const member = { user_id: userId, status: 'active' } as const;
    const options = { limit: OF_ONE_USER_MAX, select: ['conversation_id'] as const };
    const [embedded, rows] = await Promise.all([
      this.#conversations(tenant).findMany({ type: 'group', participants: op.elemMatch(member) }, options),
      this.#parts.mongo.forTenant(tenant).repository(groupMembers).findMany(member, options),
    ]);
    return [...embedded, ...rows].map(({ conversation_id }) => conversation_id);
  }

  async #named(tenant: TenantContext, q: string): Promise<string[]> {
    const filter = { type: 'group', 'metadata.name': op.startsWith(q, { ignoreCase: true }) } as const;
    return (await this.#conversations(tenant).findMany(filter, { limit: OF_ONE_USER_MAX, select: ['conversation_id'] })).map(
      ({ conversation_id }) => conversation_id,
    );
  }

  async #refuseTooMany(tenant: TenantContext, userId: string): Promise<void> {
    const { settings } = await this.#parts.settings.get(tenant);
    const max = settings.chat.max_groups_per_user;
    if ((await this.#conversationsOf(tenant, userId)).length < max) return;
    throw new ConflictError(`A user may be in at most ${max} groups.`, { code: 'RES_LIMIT_REACHED', details: { limit: max } });
  }

  #groups(tenant: TenantContext) {
    return this.#parts.mongo.forTenant(tenant).repository(groups);
  }

  #conversations(tenant: TenantContext) {
    return this.#parts.mongo.forTenant(tenant).repository(conversations);
  }
}

function rulesOf(rules: readonly z.output<typeof rule>[], { by, at }: { by: string; at: Date }): Group['rules'] {
  return rules.map(({ title, description = null }, index) => ({ rule_number: index + 1, title, description, added_at: at, added_by: by }));
}

type Changeable = Pick<Group, 'metadata' | 'rules' | 'moderation'>;

function patched(
  before: Group,
  { rules, moderation, category, tags, is_discoverable }: GroupPatch,
  change: { by: string; at: Date },
): Changeable {
  const metadata = before.metadata ?? { category: 'custom' as const, tags: [], is_discoverable: false, search_keywords: [] };
  return {
    metadata: {
      ...metadata,
      category: category ?? metadata.category,
      tags: tags ?? metadata.tags,
      is_discoverable: is_discoverable ?? metadata.is_discoverable,
    },
    rules: rules === undefined ? before.rules : rulesOf(rules, change),
    moderation: {
      auto_moderation_enabled: moderation?.auto_moderation_enabled ?? before.moderation.auto_moderation_enabled,
      spam_detection_enabled: moderation?.spam_detection_enabled ?? before.moderation.spam_detection_enabled,
      blocked_words: moderation?.blocked_words ?? before.moderation.blocked_words,
    },
  };
}

/** What is told of; when and by whom rules were added is not. */
function toldOf({ metadata, rules, moderation }: Changeable): Record<string, unknown> {
  return {
    ...Object.fromEntries(Object.entries(metadata ?? {})),
    rules: rules.map(({ title, description }) => ({ title, description })),
    ...Object.fromEntries(Object.entries(moderation).map(([name, value]) => [`moderation.${name}`, value])),
  };
}
