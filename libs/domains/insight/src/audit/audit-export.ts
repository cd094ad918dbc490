import { type JobKind } from '@caas/composition';
import { type Mongo } from '@caas/data-access-mongo';
import { z } from '@caas/schema';
import { AUDIT_CONDITIONS } from './audit-conditions.js';
import { type AuditLogFilter, AuditLogReader } from './audit-log-reader.js';
import { type AuditLog } from './audit-logs.collection.js';
import { toAuditLogResource } from './audit-logs.routes.js';

export const AUDIT_EXPORT = 'audit.export';

const PAGE = 100;

/** Which entries to export, and how; the same conditions as of the list. */
export const auditExportInput = z.strictObject({
  format: z.enum(['json', 'csv']).default('json'),
  ...AUDIT_CONDITIONS,
});

/** Columns of the table, with where their values are. */
const COLUMNS: readonly (readonly [name: string, valueOf: (entry: AuditLog) => string | null | undefined])[] = [
  ['audit_id', ({ audit_id }) => audit_id],
  ['timestamp', ({ timestamp }) => timestamp.toISOString()],
  ['category', ({ action }) => action.category],
  ['action', ({ action }) => action.name],
  ['actor_type', ({ actor }) => actor.type],
  ['actor_id', ({ actor }) => actor.id],
  ['actor_role', ({ actor }) => actor.role],
  ['actor_ip', ({ actor }) => actor.ip],
  ['on_behalf_of', ({ actor }) => actor.on_behalf_of],
  ['target_type', ({ target }) => target?.type],
  ['target_id', ({ target }) => target?.id],
  ['target_identifier', ({ target }) => target?.identifier],
  ['fields_changed', ({ changes }) => changes?.fields_changed.join(' ')],
  ['result', ({ result }) => result.status],
  ['error_code', ({ result }) => result.error_code],
  ['severity', ({ severity }) => severity],
  ['reason', ({ metadata }) => metadata.reason],
  ['request_id', ({ metadata }) => metadata.request_id],
  ['hash', ({ hash }) => hash],
];

/** Exports the security trail of a tenant, newest first: a line of JSON for each entry, or a table. */
export function auditExport({ mongo }: { mongo: Mongo }): JobKind {
  const reader = new AuditLogReader({ mongo });
  return {
    kind: AUDIT_EXPORT,
    contentType: ({ format }) => (format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'),
    run: async ({ tenant, input, signal, progress, write }) => {
      const { format, from, to, actor_id: actorId, target_id: targetId, ...exact } = auditExportInput.parse(input);
      const filter: AuditLogFilter = {
        ...{ tenantId: tenant.tenantId, actorId, targetId, ...exact },
        from: from === undefined ? undefined : new Date(from),
        to: to === undefined ? undefined : new Date(to),
      };
      if (format === 'csv') await write(csvLine(COLUMNS.map(([name]) => name)));
      let [cursor, done]: [string | undefined, number] = [undefined, 0];
      do {
        signal.throwIfAborted();
        const page = await reader.page(filter, { limit: PAGE, cursor });
        for (const entry of page.items) {
          await write(
            format === 'csv' ? csvLine(COLUMNS.map(([, valueOf]) => valueOf(entry))) : `${JSON.stringify(toAuditLogResource(entry))}\n`,
          );
        }
        progress((done += page.items.length));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    },
  };
}

/** RFC 4180. What a spreadsheet would take for a formula is text. */
function csvLine(values: readonly (string | null | undefined)[]): string {
  return `${values.map((value) => csvField(value ?? '')).join(',')}\r\n`;
}

function csvField(value: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
