import { type Fragment, type Html, html } from './html.js';

export interface Column {
  readonly name: string;
  readonly kind?: 'number' | 'code' | 'main';
}

/**
 * A table that becomes one card a row where there is little room: cells carry the name of their column for that. Roles are spelled out, because a table that is
 * laid out otherwise is none to screen readers.
 */
export function dataTable({
  caption,
  columns,
  rows,
  empty,
}: {
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly Fragment[])[];
  empty: string;
}): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table role="table">
      <caption class="unseen">
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(({ name, kind }) => html`<th role="columnheader" scope="col" class="${kind ?? ''}">${name}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          (row) =>
            html`<tr role="row">
              ${row.map((cell, index) => cellOf(cell, columns[index]))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function cellOf(cell: Fragment, column: Column | undefined): Html {
  return html`<td role="cell" class="${column?.kind ?? ''}" data-name="${column?.name ?? ''}"><span>${cell}</span></td>`;
}

/** Facts by name. */
export function factList(facts: readonly (readonly [name: string, value: Fragment])[]): Html {
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value ?? '–'}</dd>
        </div>`,
    )}
  </dl>`;
}
