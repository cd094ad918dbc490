import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { int64, z } from '@caas/schema';

/** Sequences without gaps: raised in the transaction that uses the number, so that a rollback gives it back. */
export const counters = defineCollection({
  name: 'counters',
  scope: 'platform',
  id: { field: 'counter', prefix: 'name' },
  description: 'Sequences without gaps, such as the numbers of invoices of a year',
  schema: z.strictObject({ value: int64({ min: 0 }) }),
});

export type Counter = DocumentOf<typeof counters>;
