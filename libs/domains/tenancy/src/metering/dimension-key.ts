import { createHash } from 'node:crypto';
import { z } from '@caas/schema';

/** The zod field for {@link dimensionKeyOf}. */
export const dimensionKey = (): z.ZodString => z.string().regex(/^(?:[0-9a-f]{64})?$/u, 'must be a SHA-256 in hex, or empty');

/**
 * One text for a set of dimensions, so that a rollup has one row for it: empty without any, else SHA-256 of names and values in the order of their
 * names. A dimension that is null counts as absent.
 */
export function dimensionKeyOf(dimensions: Readonly<Record<string, string | null | undefined>>): string {
  const entries = Object.entries(dimensions).filter(([, value]) => value !== null && value !== undefined);
  if (entries.length === 0) return '';
  entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex');
}
