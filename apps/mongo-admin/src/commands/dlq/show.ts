import { type DlqMessage } from '@caas/insight';
import { Command } from 'commander';
import { deadLettersOf } from '../../operations/dead-letters.js';
import { COMMAND_LINE } from '../../operations/operator.js';
import { jsonOption, type OutputOptions, print, table } from '../../output.js';
import { withServices } from '../../with-services.js';

/** `caas-admin dlq show`. */
export function show(): Command {
  return new Command('show')
    .description('show one dead letter with its content, which may be private')
    .argument('<id>', 'dlq_…')
    .addOption(jsonOption())
    .action((id: string, options: OutputOptions) =>
      withServices(async (services) => {
        const row = await deadLettersOf(services, COMMAND_LINE).get(id);
        print(inBase64(row), options, () => render(row));
      }),
    );
}

/** Bytes as JSON can say them. */
function inBase64(row: DlqMessage): Record<string, unknown> {
  const base64 = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('base64'));
  return {
    ...row,
    raw_key: base64(row.raw_key),
    raw_value: base64(row.raw_value),
    headers: row.headers.map((header) => ({ ...header, raw_value: base64(header.raw_value) })),
    correction: row.correction === null ? null : { ...row.correction, raw_value: base64(row.correction.raw_value) },
  };
}

function render(row: DlqMessage): string {
  const facts: [string, string][] = [
    ['id', row.dlq_id],
    ['status', row.status],
    ['group', row.consumer_group],
    ['place', `${row.topic}/${row.partition}/${row.offset}`],
    ['tenant', row.tenant_id ?? '-'],
    ['event', `${row.event_type ?? '-'} ${row.event_id ?? ''}`.trim()],
    ['category', row.category],
    ['error', `${row.error.class} (${row.error.code}): ${row.error.message}`],
    ['stage', row.error.stage ?? '-'],
    ['first failed', row.first_failed_at.toISOString()],
    ['failed', row.failed_at.toISOString()],
    ['resolved', row.resolved_at === null ? '-' : `${row.resolved_at.toISOString()} by ${row.resolved_by ?? '-'}`],
    ['correction', row.correction === null ? '-' : `${row.correction.fields.join(', ')} by ${row.correction.by}: ${row.correction.reason}`],
    ['key', row.key ?? (row.raw_key === null ? '-' : `${row.raw_key.byteLength} bytes`)],
    ['value', row.raw_value === null ? 'tombstone' : `${row.raw_value.byteLength} bytes`],
  ];
  const attempts = row.attempts.map(({ at, class: name, message }) => [at.toISOString(), name, message]);
  return [
    table(['', ''], facts).trim(),
    table(['TRIED', 'ERROR', 'MESSAGE'], attempts),
    table(
      ['HEADER', 'VALUE'],
      row.headers.map(({ name, value }) => [name, value ?? '(bytes)']),
    ),
    ...(row.envelope === null ? [] : [JSON.stringify(row.envelope, null, 2)]),
  ].join('\n\n');
}
