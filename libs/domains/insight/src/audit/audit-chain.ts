import { createHash } from 'node:crypto';
import { type NewDocumentOf } from '@caas/data-access-mongo';
import { type auditLogs } from './audit-logs.collection.js';

export type AuditRow = NewDocumentOf<typeof auditLogs>;

/** What the hash of an entry covers besides the hash before it: everything but how long it is kept, which a legal hold may change. */
const COVERED = [
  'audit_id',
  'tenant_id',
  'actor',
  'action',
  'target',
  'changes',
  'result',
  'severity',
  'metadata',
  'timestamp',
  'chain',
] as const satisfies readonly (keyof AuditRow)[];
export type CoveredRow = Pick<AuditRow, (typeof COVERED)[number]>;

/** The chain that an entry of this moment belongs to, besides its tenant. */
export function chainDayOf(timestamp: Date): string {
  return timestamp.toISOString().slice(0, 10);
}

/** SHA-256 over the entry and the hash before it; the same for the same fields in whatever order a store gives them back. */
export function chainHash(row: CoveredRow, previous: string | null): string {
  const covered = Object.fromEntries(COVERED.map((name) => [name, row[name]]));
  return createHash('sha256')
    .update(JSON.stringify(ordered([previous, covered])))
    .digest('hex');
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, field]) => [name, ordered(field)]));
}
