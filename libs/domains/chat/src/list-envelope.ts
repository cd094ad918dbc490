import { type Page } from '@caas/data-access-mongo';
import { int32, text, z } from '@caas/schema';

/** Rows of one page at most. */
const LIMIT_MAX = 100;

/** The query of every list: how many, and where to go on. */
export function listQuery({ defaultLimit }: { defaultLimit: number }) {
  return z.strictObject({
    limit: int32({ min: 1, max: LIMIT_MAX }).default(defaultLimit),
    cursor: text({ min: 1, max: 2_048 }).optional(),
  });
}

/** The envelope of every list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    data: z.array(item),
    page: z.strictObject({
      limit: int32({ min: 1 }),
      has_more: z.boolean(),
      next_cursor: text({ max: 2_048 }).nullable(),
      prev_cursor: text({ max: 2_048 }).nullable(),
    }),
  });
}

/** Puts a page of documents into the envelope. */
export function toPage<Document, Item>(page: Page<Document>, limit: number, toItem: (document: Document) => Item) {
  return {
    data: page.items.map(toItem),
    page: { limit, has_more: page.hasMore, next_cursor: page.nextCursor, prev_cursor: page.prevCursor },
  };
}
