import { NotFoundError } from '@caas/runtime';
import { type SaasClient, TenantsService } from '@caas/tenancy';
import { type ConsoleParts } from '../../console-parts.js';
import { type ConsoleRoute, type Reply } from '../../http/console-route.js';
import { type Column, dataTable } from '../../views/data-table.js';
import { type Fragment, type Html, html } from '../../views/html.js';
import { moment, nextPage, state } from '../../views/texts.js';
import { tenantPath } from './tenant-path.js';

const LIMIT = 50;
const COLUMNS: readonly Column[] = [
  { name: 'Name', kind: 'main' },
  { name: 'Slug', kind: 'code' },
  { name: 'Plan' },
  { name: 'Status' },
  { name: 'Places' },
  { name: 'Created' },
];

/** The list of tenants. */
export function tenantsRoutes({ services }: Pick<ConsoleParts, 'services'>): ConsoleRoute[] {
  const tenants = new TenantsService(services);
  return [
    {
      method: 'GET',
      path: '/tenants',
      needs: 'platform_viewer',
      handle: async ({ query }) => {
        const wanted = (query.get('find') ?? '').trim();
        if (wanted !== '') return findTenant(tenants, wanted);
        const page = { limit: LIMIT, cursor: query.get('cursor') ?? undefined, includeDeleted: query.get('deleted') === 'yes' };
        const { items, nextCursor } = await tenants.list(page);
        return tenantsPage({ clients: items, query, nextCursor });
      },
    },
  ];
}

async function findTenant(tenants: TenantsService, reference: string): Promise<Reply> {
  try {
    return { goTo: tenantPath(await tenants.get(reference, { includeDeleted: true })) };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { goTo: '/tenants', notice: `There is no tenant with the id or slug ${reference}.` };
  }
}

/** @internal For its spec. */
export function tenantsPage({
  clients,
  query,
  nextCursor,
}: {
  clients: readonly SaasClient[];
  query: URLSearchParams;
  nextCursor: string | null;
}): { title: string; body: Html } {
  return {
    title: 'Tenants',
    body: html`<form class="filter" role="search">
        <div class="field">
          <label for="find">Id or slug</label><input type="search" id="find" name="find" maxlength="63" spellcheck="false" />
        </div>
        <div class="field consent">
          <input type="checkbox" id="deleted" name="deleted" value="yes" ${query.get('deleted') === 'yes' && 'checked'} />
          <label for="deleted">Cancelled and removed ones too</label>
        </div>
        <button>Show</button>
      </form>
      ${dataTable({ caption: 'Tenants, newest first', columns: COLUMNS, rows: clients.map(rowOf), empty: 'There is no tenant yet.' })}
      ${nextPage('/tenants', query, nextCursor)}`,
  };
}

function rowOf(client: SaasClient): Fragment[] {
  const { company_name: name, slug, tier, status, provisioning, created_at: createdAt } = client;
  return [html`<a href="${tenantPath(client)}">${name}</a>`, slug, tier, state(status), state(provisioning.state), moment(createdAt)];
}
