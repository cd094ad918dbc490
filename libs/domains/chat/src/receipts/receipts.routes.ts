import { defineRoute, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { type AppError, type Clock } from '@caas/runtime';
import { dateTime, idOf, int32, text, z } from '@caas/schema';
import { CALLERS, MEMBERS } from '../conversations/route-parts.js';
import { LISTED_MEMBERS_MAX, type ListedReceipt, type ReceiptLists } from './receipt-list.js';
import { type ReceiptsService } from './receipts.service.js';

const RECEIPTS_MAX = 100;
const STATUSES = ['delivered', 'read'] as const;
const params = z.strictObject({ message_id: idOf('msg') });

/** Who has got and read a message: a list of one page, with counts beside it. */
export const receiptsResource = pageOf(
  z.strictObject({
    user_id: idOf('usr'),
    display_name: text({ max: 100 }),
    status: z.enum(STATUSES),
    delivered_at: dateTime().nullable(),
    read_at: dateTime().nullable(),
  }),
)
  .extend({
    /** Everybody who shows it; those who read it have got it. */
    counts: z.strictObject({ delivered: int32({ min: 0 }), read: int32({ min: 0 }) }),
  })
  .meta({ id: 'Receipts' });

/** What became of each receipt of a batch. */
export const receiptResults = z.strictObject({
  results: z
    .array(
      z.strictObject({
        index: int32({ min: 0 }),
        status: int32(),
        id: idOf('msg'),
        error: z.strictObject({ code: text({ max: 50 }), message: text({ max: 500 }) }).nullable(),
      }),
    )
    .max(RECEIPTS_MAX),
});

/** Telling that messages were delivered and read. */
export function receiptsRoutes({
  receipts,
  lists,
  clock,
}: {
  receipts: ReceiptsService;
  lists: ReceiptLists;
  clock: Clock;
}): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/messages/:message_id/delivered',
      operationId: 'confirmDelivery',
      summary: 'Tell that a message, and everything before it, has reached a device of the acting user',
      tags: ['Receipts'],
      access: { permission: 'message.read', ...MEMBERS },
      params,
      body: z.strictObject({ device_id: idOf('dev').optional() }),
      responses: { 204: null },
      errors: ['AUTHZ_NOT_MEMBER'],
      handler: async ({ tenant, actingUser, principal, params: { message_id: messageId }, body }) => {
        const input = { tenant, user: actingUser, applicationId: principal.appId ?? undefined };
        await receipts.confirm(input, { messageId, status: 'delivered', deviceId: body.device_id });
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/receipts',
      operationId: 'confirmMessages',
      summary: 'Tell that messages were delivered or read, many at once',
      description:
        'In each conversation the furthest message counts: everything before it is delivered or read with it, and what is read is delivered. Repeating changes nothing, and nothing moves back. ' +
        'Users who hide their receipts move their own marks and tell nobody.',
      tags: ['Receipts'],
      access: { permission: 'message.read', ...MEMBERS },
      body: z.strictObject({
        items: z
          .array(z.strictObject({ message_id: idOf('msg'), status: z.enum(STATUSES) }))
          .min(1)
          .max(RECEIPTS_MAX),
      }),
      responses: { 200: receiptResults },
      handler: async ({ tenant, actingUser, principal, body: { items } }) => {
        const input = { tenant, user: actingUser, applicationId: principal.appId ?? undefined };
        const outcomes = await receipts.confirmAll(
          input,
          items.map(({ message_id, status }) => ({ messageId: message_id, status })),
        );
        return { status: 200, body: { results: items.map(({ message_id }, index) => toResult(index, message_id, outcomes[index])) } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/messages/:message_id/receipts',
      operationId: 'listReceipts',
      summary: 'List who has got and read a message',
      description: `For its sender and admins of the conversation. Users who hide their receipts are left out; with more than ${LISTED_MEMBERS_MAX} members there are counts only.`,
      tags: ['Receipts'],
      access: { permission: 'message.read', ...CALLERS },
      params,
      query: z.strictObject({ status: z.enum(STATUSES).optional() }),
      responses: { 200: receiptsResource },
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW', 'RES_STATE'],
      handler: async ({ tenant, actingUser, params: { message_id }, query }) => {
        const found = await lists.list(tenant, message_id, { actor: actingUser, now: clock.now() });
        const items = found.receipts.filter(({ status }) => query.status === undefined || status === query.status);
        const page = { items, nextCursor: null, prevCursor: null, hasMore: false };
        return { status: 200, body: { ...toPage(page, LISTED_MEMBERS_MAX, toReceiptResource), counts: found.counts } };
      },
    }),
  ];
}

function toReceiptResource({ userId, displayName, status, deliveredAt, readAt }: ListedReceipt) {
  return {
    user_id: userId,
    display_name: displayName,
    status,
    delivered_at: deliveredAt?.toISOString() ?? null,
    read_at: readAt?.toISOString() ?? null,
  };
}

function toResult(index: number, id: string, error: AppError | undefined): z.output<typeof receiptResults>['results'][number] {
  if (error === undefined) return { index, status: 200, id, error: null };
  return { index, status: error.status, id, error: { code: error.code, message: error.message.slice(0, 500) } };
}
