import { type Filter, type Mongo, op, type Page } from '@caas/data-access-mongo';
import { currentRequest, type TenantContext } from '@caas/runtime';
import { messages, type StoredMessage } from '../messages/messages.collection.js';
import { FoldedText } from './folded-text.js';
import { type SearchWords } from './search-words.js';

/** Messages that one page looks at. */
export const SCANNED_MAX = 1_000;

export interface Scan {
  readonly words: SearchWords;
  readonly filter: Filter<StoredMessage>;
  readonly limit: number;
  readonly cursor: string | undefined;
  /** What cursors belong to. */
  readonly boundTo: unknown;
}

const SORT = [
  ['created_at', -1],
  ['message_id', -1],
] as const;

/**
 * What a server without text search is asked in place of it: the newest messages first, {@link SCANNED_MAX} a page and never more, each looked at here. A page
 * may hold fewer messages than asked for, or none, and still have one after it.
 */
export async function scanMessages(
  mongo: Mongo,
  tenant: TenantContext,
  { words, filter, limit, cursor, boundTo }: Scan,
): Promise<Page<StoredMessage>> {
  const binding = {
    tenantId: tenant.tenantId,
    collection: messages.name,
    route: currentRequest()?.route,
    sort: SORT,
    filter: boundTo,
  };
  const place = cursor === undefined ? undefined : mongo.cursors.decode(cursor, binding).values;
  const rows = await mongo
    .forTenant(tenant)
    .repository(messages)
    .findMany(op.and<StoredMessage>(filter, { 'content.text': op.exists() }, ...(place === undefined ? [] : [olderThan(place)])), {
      sort: { created_at: -1, message_id: -1 },
      limit: SCANNED_MAX,
    });
  const items: StoredMessage[] = [];
  let looked = 0;
  while (looked < rows.length && items.length < limit) {
    const row = rows[looked++];
    if (row !== undefined && isHit(row, words)) items.push(row);
  }
  const last = rows[looked - 1];
  const hasMore = last !== undefined && (looked < rows.length || rows.length === SCANNED_MAX);
  const nextCursor = hasMore ? mongo.cursors.encode({ direction: 'forward', values: [last.created_at, last.message_id] }, binding) : null;
  return { items, nextCursor, prevCursor: null, hasMore };
}

function olderThan([at, id]: readonly unknown[]): Filter<StoredMessage> {
  const [created_at, message_id] = [at as Date, String(id)];
  return op.or<StoredMessage>({ created_at: op.lt(created_at) }, { created_at, message_id: op.lt(message_id) });
}

function isHit({ content }: StoredMessage, words: SearchWords): boolean {
  return 'text' in content && content.text !== undefined && words.areIn(new FoldedText(content.text));
}
