import { dataTable } from '../../views/data-table.js';
import { type Fragment, type Html, html } from '../../views/html.js';

/** What a correction changes: the fields that differ, as they were and as they are then. */
export function changesTable({ fields, before, after }: { fields: readonly string[]; before: unknown; after: unknown }): Html {
  return dataTable({
    caption: 'What differs',
    columns: [{ name: 'Field', kind: 'main' }, { name: 'Original' }, { name: 'Corrected' }],
    rows: fields.map((path): Fragment[] => [
      path,
      html`<del>${shown(valueAt(before, path))}</del>`,
      html`<ins>${shown(valueAt(after, path))}</ins>`,
    ]),
    empty: 'Nothing differs.',
  });
}

/** JSON for people to read and to write. */
export function readableJson(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part), 2);
}

function shown(value: unknown): string {
  return value === undefined ? '(absent)' : readableJson(value);
}

function valueAt(value: unknown, path: string): unknown {
  if (path === '(value)') return value;
  return path.split('.').reduce<unknown>((part, name) => {
    return typeof part === 'object' && part !== null && Object.hasOwn(part, name) ? (part as Record<string, unknown>)[name] : undefined;
  }, value);
}
