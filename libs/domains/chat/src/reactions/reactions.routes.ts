import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { type UserReader } from '@caas/identity';
import { AppError, type ActingUser, type Principal, type TenantContext } from '@caas/runtime';
import { dateTime, idOf, int32, recordOf, text, z } from '@caas/schema';
import { type SettingsService } from '@caas/tenancy';
import { CALLERS, MEMBERS } from '../conversations/route-parts.js';
import { type MessageReader } from '../messages/message-reader.js';
import { EMOJI_PER_MESSAGE_MAX, EMOJI_PER_USER_MAX, emojiKey } from './emoji.js';
import { type Reacting, type ReactionsService, type ReactionState } from './reactions.service.js';

/** The reactions of a message, as one user sees them. */
export const reactionsResource = z
  .strictObject({
    total: int32({ min: 0 }),
    by_emoji: recordOf(int32({ min: 0 }), { key: emojiKey(), maxKeys: EMOJI_PER_MESSAGE_MAX }),
    mine: z.array(emojiKey()).max(EMOJI_PER_MESSAGE_MAX),
  })
  .meta({ id: 'ReactionSummary' });

/** One reaction. */
export const reactionResource = z
  .strictObject({
    user: z.strictObject({
      user_id: idOf('usr'),
      display_name: text({ max: 100 }).nullable(),
      avatar_url: text({ max: 2_048 }).nullable(),
    }),
    emoji: emojiKey(),
    created_at: dateTime(),
  })
  .meta({ id: 'Reaction' });

const params = z.strictObject({ message_id: idOf('msg') });
const REACTING = { tags: ['Reactions'], access: { permission: 'message.react', ...MEMBERS } } as const;

interface Parts {
  readonly reactions: ReactionsService;
  readonly reader: MessageReader;
  readonly users: Pick<UserReader, 'findMany'>;
  readonly settings: Pick<SettingsService, 'get'>;
}

interface Context {
  readonly tenant: TenantContext;
  readonly params: { readonly message_id: string };
  readonly actingUser: ActingUser;
  readonly principal: Pick<Principal, 'appId'>;
}

/** Reacting to messages. */
export function reactionsRoutes(parts: Parts): RouteDefinition[] {
  const { reactions, reader } = parts;
  return [
    defineRoute({
      ...REACTING,
      method: 'POST',
      path: '/v1/messages/:message_id/reactions',
      operationId: 'addReaction',
      summary: 'React to a message',
      description:
        `With one emoji, or the id of a custom one; the same again changes nothing. \`enforce_unique\` takes the acting user's other reactions back. ` +
        `At most ${EMOJI_PER_USER_MAX} of a user and ${EMOJI_PER_MESSAGE_MAX} of a message.`,
      params,
      body: z.strictObject({ emoji: text({ min: 1, max: 64 }), enforce_unique: z.boolean().default(false) }),
      responses: { 200: reactionsResource },
      errors: [
        'AUTHZ_NOT_MEMBER',
        'AUTHZ_ROLE_TOO_LOW',
        'USER_BLOCKED',
        'TENANT_FEATURE_DISABLED',
        'RES_LIMIT_REACHED',
        'RES_STATE',
        'MSG_DELETED',
      ],
      handler: async (context) => {
        await requireEnabled(parts, context.tenant);
        const state = await reactions.add(await reactingOf(parts, context), context.body.emoji, { isUnique: context.body.enforce_unique });
        return { status: 200, body: toReactionsResource(state) };
      },
    }),
    defineRoute({
      ...REACTING,
      method: 'DELETE',
      path: '/v1/messages/:message_id/reactions',
      operationId: 'removeReactions',
      summary: 'Take all of one’s reactions to a message back',
      params,
      responses: { 204: null },
      errors: ['AUTHZ_NOT_MEMBER', 'USER_BLOCKED', 'AUTHZ_ROLE_TOO_LOW', 'RES_STATE', 'MSG_DELETED'],
      handler: async (context) => {
        await reactions.remove(await reactingOf(parts, context));
        return { status: 204 };
      },
    }),
    defineRoute({
      ...REACTING,
      method: 'DELETE',
      path: '/v1/messages/:message_id/reactions/:emoji',
      operationId: 'removeReaction',
      summary: 'Take a reaction back',
      params: params.extend({ emoji: emojiKey() }),
      responses: { 204: null },
      errors: ['AUTHZ_NOT_MEMBER', 'USER_BLOCKED', 'AUTHZ_ROLE_TOO_LOW', 'RES_STATE', 'MSG_DELETED'],
      handler: async (context) => {
        await reactions.remove(await reactingOf(parts, context), context.params.emoji);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/messages/:message_id/reactions',
      operationId: 'listReactions',
      summary: 'List the reactions to a message, oldest first',
      tags: ['Reactions'],
      access: { permission: 'message.read', ...CALLERS },
      params,
      query: listQuery({ defaultLimit: 20 }).extend({ emoji: emojiKey().optional() }),
      responses: { 200: pageOf(reactionResource) },
      errors: ['AUTHZ_NOT_MEMBER', 'RES_STATE', 'VAL_CURSOR_INVALID'],
      handler: async ({ tenant, params: { message_id }, query, actingUser }) => {
        await reader.getVisible(tenant, message_id, actingUser);
        const page = await reactions.list(tenant, message_id, query);
        const ids = [...new Set(page.items.map(({ user_id }) => user_id))];
        const people = new Map(
          (ids.length === 0 ? [] : await parts.users.findMany(tenant, ids)).map((user) => [user.user_id, user.profile]),
        );
        const body = toPage(page, query.limit, ({ user_id, emoji, created_at }) => ({
          user: { user_id, display_name: people.get(user_id)?.display_name ?? null, avatar_url: people.get(user_id)?.avatar_url ?? null },
          emoji,
          created_at: created_at.toISOString(),
        }));
        return { status: 200, body };
      },
    }),
  ];
}

async function requireEnabled({ settings }: Parts, tenant: TenantContext): Promise<void> {
  const { chat } = (await settings.get(tenant)).settings;
  if (!chat.reactions_enabled) throw new AppError('TENANT_FEATURE_DISABLED', 'The tenant has switched reactions off.');
}

async function reactingOf({ reader }: Parts, { tenant, params: { message_id }, actingUser, principal }: Context): Promise<Reacting> {
  const { message } = await reader.getLive(tenant, message_id, { actor: actingUser, action: 'react' });
  return { tenant, message, userId: actingUser.userId, applicationId: principal.appId ?? undefined };
}

function toReactionsResource({ summary, mine }: ReactionState): z.output<typeof reactionsResource> {
  return { total: summary.total_count, by_emoji: summary.by_emoji, mine: [...mine] };
}
