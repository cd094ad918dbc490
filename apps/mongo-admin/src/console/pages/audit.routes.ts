import { type AuditLog, type AuditLogFilter, AuditLogReader } from '@caas/insight';
import { AUDIT_RESULTS } from '@caas/runtime';
import { COMMAND_LINE } from '../../operations/operator.js';
import { type ConsoleParts } from '../console-parts.js';
import { type ConsoleRoute, type Visit } from '../http/console-route.js';
import { type Column, dataTable } from '../views/data-table.js';
import { type Field, fieldRow } from '../views/forms.js';
import { type Fragment, type Html, html } from '../views/html.js';
import { moment, nextPage, state } from '../views/texts.js';

const LIMIT = 50;
const COLUMNS: readonly Column[] = [
  { name: 'When' },
  { name: 'Action', kind: 'main' },
  { name: 'Actor' },
  { name: 'Target' },
  { name: 'Result' },
  { name: 'Why' },
];
const FIELDS: readonly Field[] = [
  { name: 'tenant', label: 'Tenant id', max: 40 },
  { name: 'actor', label: 'Actor id', max: 255 },
  { name: 'action', label: 'Action', max: 200 },
  { name: 'target', label: 'Target id', max: 255 },
  { name: 'result', label: 'Result', kind: 'choice', options: AUDIT_RESULTS.map((name) => [name, name]) },
];

/** The security trail. */
export function auditRoutes({ services }: Pick<ConsoleParts, 'services'>): ConsoleRoute[] {
  const reader = new AuditLogReader(services);
  return [
    {
      method: 'GET',
      path: '/audit',
      needs: 'platform_viewer',
      handle: async (visit) => {
        const cursor = visit.query.get('cursor') ?? undefined;
        const { items, nextCursor } = await reader.page(filterOf(visit.query), { limit: LIMIT, cursor });
        return auditPage({ entries: items, nextCursor, visit });
      },
    },
  ];
}

/** @internal For its spec. Without a choice that an index serves, what concerns the platform itself. */
export function filterOf(query: URLSearchParams): AuditLogFilter {
  const given = (name: string): string | undefined => (query.get(name) ?? '').trim() || undefined;
  const [tenantId, actorId, action, targetId] = ['tenant', 'actor', 'action', 'target'].map(given);
  const result = AUDIT_RESULTS.find((name) => name === query.get('result'));
  const isOpen = [tenantId, actorId, action, targetId].every((value) => value === undefined);
  return { tenantId: isOpen ? null : tenantId, actorId, action, targetId, result };
}

/** @internal For its spec. */
export function auditPage({
  entries,
  nextCursor,
  visit,
}: {
  entries: readonly AuditLog[];
  nextCursor: string | null;
  visit: Pick<Visit, 'query' | 'operator'>;
}): { title: string; body: Html } {
  const { query, operator } = visit;
  const { tenantId } = filterOf(query);
  return {
    title: 'Audit trail',
    body: html`<nav class="tabs" aria-label="Whose">
        ${tab('/audit', 'The platform', tenantId === null)} ${actorTab(operator.id, 'Done by me', query)}
        ${actorTab(COMMAND_LINE.id, 'Done by the command line', query)}
      </nav>
      <form class="filter">${FIELDS.map((field) => fieldRow(field, { values: query }))}<button>Show</button></form>
      ${dataTable({ caption: 'Entries, newest first', columns: COLUMNS, rows: entries.map(rowOf), empty: 'There is no such entry.' })}
      ${nextPage('/audit', query, nextCursor)}`,
  };
}

function actorTab(actor: string, name: string, query: URLSearchParams): Html {
  return tab(`/audit?${new URLSearchParams({ actor }).toString()}`, name, query.get('actor') === actor);
}

function tab(path: string, name: string, isHere: boolean): Html {
  return html`<a href="${path}" ${isHere && html`aria-current="page"`}>${name}</a>`;
}

function rowOf({ timestamp, action, actor, target, tenant_id: tenantId, result, metadata }: AuditLog): Fragment[] {
  const about = target === null ? tenantId : (target.id ?? target.identifier);
  return [
    moment(timestamp),
    action.name,
    html`${actor.id ?? actor.type} ${actor.role !== null && html`<small>${actor.role}</small>`}`,
    about === null ? '–' : html`${target !== null && html`<small>${target.type}</small> `}${about}`,
    html`${state(result.status)} ${result.error_code}`,
    metadata.reason ?? '–',
  ];
}
