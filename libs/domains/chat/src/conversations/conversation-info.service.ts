import { type Mongo } from '@caas/data-access-mongo';
import { type ChangeOrigin } from '@caas/identity';
import { mergePatch, patchOf } from '@caas/gateway-middleware';
import { changesBetween } from '@caas/messaging-kafka';
import { ConflictError, type TenantContext } from '@caas/runtime';
import { freeForm, hexColor, httpUrl, int32, type JsonObject, text, z } from '@caas/schema';
import { groupDeleted } from '../groups/groups.events.js';
import { groupIdOf } from '../groups/group-id-of.js';
import { type Caller } from '../members/members.service.js';
import { type ConversationChanges } from './conversation-changes.js';
import { type ConversationDraft } from './conversation-draft.js';
import { type Conversation } from './conversations.collection.js';
import { conversationDeleted, conversationUpdated } from './conversations.events.js';

/** Settings of a group or channel, as the API takes them. */
export const conversationSettings = {
  join_approval_required: z.boolean(),
  only_admins_can_message: z.boolean(),
  only_admins_can_add_members: z.boolean(),
  /** 0 for ever. */
  message_retention_days: int32({ min: 0 }),
  slow_mode_seconds: int32({ min: 0, max: 21_600 }),
  disappearing_seconds: int32({ min: 0 }),
} as const;

/** What a caller changes about a conversation; what is left out stays, null clears. */
export const conversationPatch = patchOf({
  name: text({ min: 1, max: 100 }),
  description: text({ max: 1_000 }).optional(),
  avatar_url: httpUrl({ httpsOnly: true }).optional(),
  theme: z.strictObject({ background_url: httpUrl({ httpsOnly: true }).nullable(), color: hexColor().nullable() }).optional(),
  settings: patchOf(conversationSettings),
  /** Merged into what is there, member by member. */
  metadata: freeForm().optional(),
});
export type ConversationPatch = z.output<typeof conversationPatch>;

type Metadata = Conversation['metadata'];

/** What a direct conversation does not have. */
const NOT_OF_DIRECT = ['name', 'description', 'avatar_url', 'settings'] as const;

/** Name, look and settings of conversations, and their end. */
export class ConversationInfoService {
  readonly #mongo: Mongo;
  readonly #changes: ConversationChanges;

  constructor({ mongo, changes }: { mongo: Mongo; changes: ConversationChanges }) {
    this.#mongo = mongo;
    this.#changes = changes;
  }

  /**
   * Changes what is named; the same again changes nothing. Throws `CONV_DIRECT_IMMUTABLE`, `AUTHZ_ROLE_TOO_LOW`, and `VersionConflictError` when the version is
   * not the expected one.
   */
  async update(
    tenant: TenantContext,
    conversationId: string,
    { patch, expectedVersion, ...caller }: Caller & { patch: ConversationPatch; expectedVersion?: number | undefined },
  ): Promise<Conversation> {
    const { conversation } = await this.#changes.change(tenant, conversationId, {
      origin: caller.origin,
      expectedVersion,
      decide: async (draft) => {
        const at = this.#changes.now.getTime();
        refuseDirect(draft.conversation, patch);
        await draft.require(caller.actor, { action: 'change_info', now: at });
        const before = draft.conversation.metadata;
        const after = patched(before, patch);
        const changes = changesBetween(toldOf(before), toldOf(after));
        const isSame =
          changes.length === 0 && JSON.stringify([before.theme, before.custom]) === JSON.stringify([after.theme, after.custom]);
        if (isSame) return;
        draft.set({ metadata: after });
        if (changes.length === 0) return;
        draft.tell(conversationUpdated, { conversation_id: conversationId, updated_by: caller.origin.by, updated_at: at, changes });
        sayChanges(draft, { before, after, by: caller.origin.by });
      },
    });
    return conversation;
  }

  /** Deletes a conversation for everyone: nobody finds it any more. Throws `AUTHZ_ROLE_TOO_LOW`. */
  async delete(
    tenant: TenantContext,
    conversationId: string,
    { actor, origin, reason }: Caller & { reason?: string | undefined },
  ): Promise<void> {
    const groupId = await groupIdOf(this.#mongo, tenant, conversationId);
    await this.#changes.change(tenant, conversationId, {
      origin,
      decide: async (draft) => {
        const at = this.#changes.now.getTime();
        await draft.require(actor, { action: 'delete', now: at });
        draft.remove(origin.by);
        const told = { conversation_id: conversationId, deleted_by: origin.by, deleted_at: at };
        draft.tell(conversationDeleted, reason === undefined ? told : { ...told, reason });
        if (groupId !== undefined) draft.tell(groupDeleted, { group_id: groupId, deleted_by: origin.by, deleted_at: at });
        draft.audit({
          tenantId: tenant.tenantId,
          actor: auditActor(origin, actor?.userId),
          action: { category: 'data', type: 'delete', name: 'conversation.deleted' },
          target: { type: 'conversation', id: conversationId },
          ...(reason !== undefined && { reason }),
        });
      },
    });
  }
}

/** Who acts, as the security trail names them. */
export function auditActor({ by }: ChangeOrigin, userId: string | undefined) {
  return userId === undefined ? ({ type: 'api', id: by } as const) : ({ type: 'user', id: userId } as const);
}

function refuseDirect({ type }: Conversation, patch: ConversationPatch): void {
  if (type !== 'direct' || NOT_OF_DIRECT.every((field) => patch[field] === undefined)) return;
  throw new ConflictError('A direct conversation has neither a name nor settings of its own.', { code: 'CONV_DIRECT_IMMUTABLE' });
}

function patched(before: Metadata, patch: ConversationPatch): Metadata {
  const { name = before.name, description = before.description, avatar_url = before.avatar_url, theme = before.theme } = patch;
  const settings = before.settings === null ? null : { ...before.settings, ...definedIn(patch.settings ?? {}) };
  const custom = patch.metadata === undefined ? before.custom : (mergePatch(before.custom, patch.metadata) as JsonObject | null);
  return { name, description, avatar_url, theme, settings, custom };
}

function definedIn<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;
}

/** What is told of, by dotted path. */
function toldOf({ name, description, avatar_url: avatar, settings }: Metadata): Record<string, unknown> {
  const ofSettings = Object.entries(settings ?? {}).map(([key, value]) => [`settings.${key}`, value] as const);
  return { name, description, avatar, ...Object.fromEntries(ofSettings) };
}

function sayChanges(draft: ConversationDraft, { before, after, by }: { before: Metadata; after: Metadata; by: string }): void {
  if (before.name !== after.name) draft.say({ type: 'name_changed', data: { from: before.name, to: after.name, by } });
  if (before.description !== after.description) {
    draft.say({ type: 'description_changed', data: { from: before.description, to: after.description, by } });
  }
  if (before.avatar_url !== after.avatar_url)
    draft.say({ type: 'avatar_changed', data: { from: before.avatar_url, to: after.avatar_url, by } });
  const keys = changesBetween({ ...before.settings }, { ...after.settings }).map(({ field }) => field);
  if (keys.length > 0) draft.say({ type: 'settings_changed', data: { keys, by } });
}
