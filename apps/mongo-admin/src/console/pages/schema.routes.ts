import { type AdviceReport, type SchemaChange, type SchemaReport } from '@caas/data-access-mongo';
import { parseTenantId, type TenantId } from '@caas/schema';
import { TenantRecords, TenantsService } from '@caas/tenancy';
import { ensureSchema } from '../../operations/schema-report.js';
import { type ConsoleParts } from '../console-parts.js';
import { type ConsoleRoute, type Visit } from '../http/console-route.js';
import { type Column, dataTable } from '../views/data-table.js';
import { fieldRow } from '../views/forms.js';
import { type Fragment, type Html, html } from '../views/html.js';
import { figure, state } from '../views/texts.js';

const CHANGE_COLUMNS: readonly Column[] = [
  { name: 'Namespace', kind: 'main' },
  { name: 'What' },
  { name: 'Subject', kind: 'code' },
  { name: 'Why' },
  { name: 'Next' },
];
const ADVICE_COLUMNS: readonly Column[] = [
  { name: 'Namespace', kind: 'main' },
  { name: 'What' },
  { name: 'Subject', kind: 'code' },
  { name: 'Reason' },
  { name: 'Advice' },
];

/** Health of collections and indexes: how they differ from their definitions, and what could be better about them. Changes nothing. */
export function schemaRoutes({ services }: Pick<ConsoleParts, 'services'>): ConsoleRoute[] {
  const tenantOf = async ({ query }: Visit): Promise<TenantId | undefined> => {
    const reference = (query.get('tenant') ?? '').trim();
    return reference === '' ? undefined : parseTenantId((await new TenantsService(services).get(reference)).client_id);
  };
  return [
    {
      method: 'GET',
      path: '/schema',
      needs: 'platform_viewer',
      handle: async (visit) => differencesPage(await ensureSchema(services, { tenant: await tenantOf(visit), dryRun: true }), visit),
    },
    {
      method: 'GET',
      path: '/schema/advice',
      needs: 'platform_viewer',
      handle: async (visit) => {
        const { mongo } = services;
        const tenant = await tenantOf(visit);
        const place = tenant === undefined ? {} : { tenant: await new TenantRecords({ mongo }).context(tenant) };
        return advicePage(await mongo.analysis.advise(place), visit);
      },
    },
  ];
}

function differencesPage(report: SchemaReport, { query }: Visit): { title: string; body: Html } {
  const { changes, conflicts, unknown, skipped, failed, namespaces } = report;
  const rows = [
    ...failed.map(({ namespace, message, next }): Fragment[] => [nameOf(namespace), state('failed'), '', message, next]),
    ...[...changes, ...conflicts, ...unknown].map(changeRow),
  ];
  const differing = changes.length + conflicts.length + unknown.length + failed.length;
  return {
    title: 'Schema',
    body: html`${tabs('/schema', query)}
      <p class="lead">
        ${differing === 0 ? html`<span class="badge good">as defined</span>` : html`<span class="badge warn">${differing} differ</span>`}
        ${figure(namespaces)} namespaces were compared with their definitions.
      </p>
      ${differing > 0 && html`<p>To mend them: <code>caas-admin schema apply --dry-run</code>, then without.</p>`}
      ${dataTable({ caption: 'What differs from its definition', columns: CHANGE_COLUMNS, rows, empty: 'Everything is as defined.' })}
      ${
        skipped.length > 0 &&
        html`<details>
          <summary>${figure(skipped.length)} that this server cannot have</summary>
          ${dataTable({ caption: 'What the server lacks the means for', columns: CHANGE_COLUMNS, rows: skipped.map(changeRow), empty: '' })}
        </details>`
      }`,
  };
}

function advicePage({ advice, indexes, skipped }: AdviceReport, { query }: Visit): { title: string; body: Html } {
  const rows = advice.map(({ kind, namespace, subject, reason, advice: what }): Fragment[] => [
    nameOf(namespace),
    kind.replaceAll('_', ' '),
    subject,
    reason,
    what,
  ]);
  return {
    title: 'Indexes and queries',
    body: html`${tabs('/schema/advice', query)}
      <p class="lead">${figure(indexes)} indexes were looked at.</p>
      ${dataTable({ caption: 'Advice about indexes and slow queries', columns: ADVICE_COLUMNS, rows, empty: 'There is nothing to improve.' })}
      ${
        skipped.length > 0 &&
        html`<details>
          <summary>${skipped.length} not looked at</summary>
          <ul>
            ${skipped.map((text) => html`<li>${text}</li>`)}
          </ul>
        </details>`
      }`,
  };
}

function tabs(here: string, query: URLSearchParams): Html {
  const tenant = query.get('tenant') ?? '';
  const suffix = tenant === '' ? '' : `?${new URLSearchParams({ tenant }).toString()}`;
  const tab = (path: string, name: string): Html =>
    html`<a href="${path}${suffix}" ${path === here && html`aria-current="page"`}>${name}</a>`;
  return html`<nav class="tabs" aria-label="Health of the schema">${tab('/schema', 'Differences')}${tab('/schema/advice', 'Advice')}</nav>
    <form class="filter">
      ${fieldRow({ name: 'tenant', label: 'Only this tenant', max: 63 }, { values: query })}<button>Compare</button>
    </form>`;
}

function changeRow({ kind, namespace, subject, differences = [], reason, next }: SchemaChange): Fragment[] {
  const paths = differences.map(({ path }) => path).join(', ');
  return [nameOf(namespace), kind.replaceAll('_', ' '), subject, [reason, paths].filter(Boolean).join(': '), next ?? ''];
}

function nameOf({ database, collection }: { database: string; collection: string }): string {
  return `${database}.${collection}`;
}
