import { int32, text, z } from '@caas/schema';
import { type Shape } from '../routes/route-types.js';

/** Rows of one page at most. */
const LIMIT_MAX = 100;
const CURSOR_LENGTH_MAX = 2_048;

/** Part of a list, as repositories hand it out. */
export interface ListPage<Document> {
  readonly items: readonly Document[];
  /** Signed position after the last item; null at the end. */
  readonly nextCursor: string | null;
  /** Signed position before the first item; null at the beginning. */
  readonly prevCursor: string | null;
  readonly hasMore: boolean;
}

/** The `page` member of the envelope. */
export interface PageFacts {
  readonly limit: number;
  readonly has_more: boolean;
  readonly next_cursor: string | null;
  readonly prev_cursor: string | null;
}

/** Shapes made by {@link pageOf}: the gateway adds `Link` to their answers. */
const envelopes = new WeakSet<Shape>();

/** The query of every list: how many, and where to go on. Add filters with `.extend({ … })`; a cursor fits the filters it was made with. */
export function listQuery({ defaultLimit = 20 }: { defaultLimit?: number } = {}) {
  return z.strictObject({
    limit: int32({ min: 1, max: LIMIT_MAX }).default(defaultLimit),
    cursor: text({ min: 1, max: CURSOR_LENGTH_MAX }).optional(),
  });
}

const page = z
  .strictObject({
    limit: int32({ min: 1 }),
    has_more: z.boolean(),
    next_cursor: text({ max: CURSOR_LENGTH_MAX }).nullable(),
    prev_cursor: text({ max: CURSOR_LENGTH_MAX }).nullable(),
  })
  .meta({ id: 'Page' });

/** The envelope of every list. Routes that answer it send `Link` with rel next and prev. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  const envelope = z.strictObject({ data: z.array(item), page });
  envelopes.add(envelope);
  return envelope;
}

/** Puts a page of documents into the envelope. */
export function toPage<Document, Item>(
  page: ListPage<Document>,
  limit: number,
  toItem: (document: Document) => Item,
): { data: Item[]; page: PageFacts } {
  return {
    data: page.items.map((document) => toItem(document)),
    page: { limit, has_more: page.hasMore, next_cursor: page.nextCursor, prev_cursor: page.prevCursor },
  };
}

/** Whether a shape is the envelope of a list. */
export function isPageShape(shape: Shape | null | undefined): boolean {
  return shape !== null && shape !== undefined && envelopes.has(shape);
}

/**
 * The `Link` field (RFC 8288) of a page: the request's own target with another cursor, relative to where it was sent. `undefined` when the list has one
 * page.
 */
export function pageLinks(target: string, { next_cursor, prev_cursor }: PageFacts): string | undefined {
  if (next_cursor === null && prev_cursor === null) return undefined;
  const [path = '/', query = ''] = target.split('?', 2);
  const link = (cursor: string | null, rel: string): string[] => {
    if (cursor === null) return [];
    const parameters = new URLSearchParams(query);
    parameters.set('cursor', cursor);
    return [`<${path}?${parameters.toString()}>; rel="${rel}"`];
  };
  return [...link(next_cursor, 'next'), ...link(prev_cursor, 'prev')].join(', ');
}
