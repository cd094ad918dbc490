import { type DeadLetterSummary } from '@caas/insight';
import { deadLettersOf } from '../../../operations/dead-letters.js';
import { type ConsoleParts } from '../../console-parts.js';
import { type ConsoleRoute, type Visit } from '../../http/console-route.js';
import { mayAct } from '../../roles.js';
import { type Column, dataTable } from '../../views/data-table.js';
import { fieldRow } from '../../views/forms.js';
import { type Fragment, type Html, html } from '../../views/html.js';
import { moment, nextPage, state } from '../../views/texts.js';
import { FILTER_FIELDS, filterOf, filterParameters } from './dead-letter-filter.js';

const LIMIT = 50;
const COLUMNS: readonly Column[] = [
  { name: 'Failed', kind: 'main' },
  { name: 'Status' },
  { name: 'Category' },
  { name: 'Group' },
  { name: 'Topic' },
  { name: 'Place', kind: 'code' },
  { name: 'Type' },
];

/** The list of dead letters, without anything that they say. */
export function deadLettersRoutes({ services }: Pick<ConsoleParts, 'services'>): ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: '/dead-letters',
      needs: 'platform_viewer',
      handle: async (visit) => {
        const { query, operator } = visit;
        const page = { limit: LIMIT, cursor: query.get('cursor') ?? undefined };
        const { items, nextCursor } = await deadLettersOf(services, operator).list(filterOf(query), page);
        return deadLettersPage({ rows: items, nextCursor, visit });
      },
    },
  ];
}

/** @internal For its spec. */
export function deadLettersPage({
  rows,
  nextCursor,
  visit,
}: {
  rows: readonly DeadLetterSummary[];
  nextCursor: string | null;
  visit: Pick<Visit, 'query' | 'role'>;
}): { title: string; body: Html } {
  const { query, role } = visit;
  const same = filterParameters(query).toString();
  return {
    title: 'Dead letters',
    body: html`<form class="filter">${FILTER_FIELDS.map((field) => fieldRow(field, { values: query }))}<button>Show</button></form>
      ${
        mayAct(role, 'platform_operator') &&
        rows.length > 0 &&
        html`<nav class="actions" aria-label="What can be done">
          <a class="button" href="/dead-letters/replay?${same}">Replay what matches…</a>
        </nav>`
      }
      ${summaryTable(rows)} ${nextPage('/dead-letters', query, nextCursor)}`,
  };
}

/** Dead letters in rows. */
export function summaryTable(rows: readonly DeadLetterSummary[]): Html {
  return dataTable({ caption: 'Dead letters', columns: COLUMNS, rows: rows.map(rowOf), empty: 'There is no such dead letter.' });
}

function rowOf(row: DeadLetterSummary): Fragment[] {
  return [
    html`<a href="${deadLetterPath(row.dlq_id)}">${moment(row.failed_at)}</a>`,
    state(row.status),
    row.category.replaceAll('_', ' '),
    row.consumer_group,
    row.topic,
    `${row.partition}/${row.offset}`,
    row.event_type ?? '–',
  ];
}

/** Where a dead letter has its page. */
export function deadLetterPath(id: string): string {
  return `/dead-letters/${encodeURIComponent(id)}`;
}
