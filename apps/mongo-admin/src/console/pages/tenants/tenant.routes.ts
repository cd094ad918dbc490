import { type SaasClient, type TenantOperation, TenantsService } from '@caas/tenancy';
import { lifecycleOf, resumeOperation } from '../../../operations/tenant-lifecycle.js';
import { type ConsoleParts } from '../../console-parts.js';
import { type ConsoleRoute, type Visit } from '../../http/console-route.js';
import { mayAct } from '../../roles.js';
import { type Column, dataTable, factList } from '../../views/data-table.js';
import { formTokenField } from '../../views/forms.js';
import { type Fragment, type Html, html } from '../../views/html.js';
import { moment, plain, state } from '../../views/texts.js';
import { TENANT_ACTIONS } from './tenant-actions.js';
import { tenantPath } from './tenant-path.js';

const OPERATION_COLUMNS: readonly Column[] = [
  { name: 'Operation', kind: 'main' },
  { name: 'State' },
  { name: 'Steps' },
  { name: 'Begun' },
  { name: 'By' },
  { name: 'Last error' },
  { name: '' },
];

/** One tenant: what it is, what was done to it, and what can be done. */
export function tenantRoutes({ services, background }: Pick<ConsoleParts, 'services' | 'background'>): ConsoleRoute[] {
  const tenants = new TenantsService(services);
  const get = ({ params }: Visit): Promise<SaasClient> => tenants.get(params['tenant'] ?? '', { includeDeleted: true });
  return [
    {
      method: 'GET',
      path: '/tenants/:tenant',
      needs: 'platform_viewer',
      handle: async (visit) => {
        const client = await get(visit);
        return tenantPage({
          client,
          operations: await lifecycleOf(services).operations(client.client_id),
          visit,
          now: services.clock.now(),
        });
      },
    },
    {
      method: 'POST',
      path: '/tenants/:tenant/operations/:operation/resume',
      needs: 'platform_operator',
      handle: async (visit) => {
        const { operator, params } = visit;
        const client = await get(visit);
        const done = await background.run('resume-operation', resumeOperation(services, params['operation'] ?? '', { operator }));
        return {
          goTo: tenantPath(client),
          notice: done === undefined ? 'It goes on; see the operations below.' : `${done.kind}: ${done.state}.`,
        };
      },
    },
  ];
}

/** @internal For its spec. */
export function tenantPage({
  client,
  operations,
  visit,
  now,
}: {
  client: SaasClient;
  operations: readonly TenantOperation[];
  visit: Pick<Visit, 'role' | 'formToken'>;
  now: number;
}): { title: string; body: Html } {
  const about = new URLSearchParams({ tenant: client.client_id }).toString();
  return {
    title: client.company_name,
    body: html`<p class="lead">${state(client.status)} <span class="badge">${client.tier}</span> <code>${client.slug}</code></p>
      ${actionLinks(client, visit)}
      <section aria-labelledby="facts" class="card">
        <h2 id="facts">Facts</h2>
        ${factList(factsOf(client))}
        <p class="links"><a href="/audit?${about}">Audit trail</a> <a href="/dead-letters?${about}">Dead letters</a></p>
      </section>
      <section aria-labelledby="operations" id="live" data-refresh="${operations.some(isUnderWay) && '3'}">
        <h2 id="operations">Operations</h2>
        ${dataTable({
          caption: 'What was done to the tenant, newest first',
          columns: OPERATION_COLUMNS,
          rows: operations.map((operation) => operationRow(operation, { client, visit, now })),
          empty: 'Nothing was done to it yet.',
        })}
      </section>`,
  };
}

function factsOf(client: SaasClient): [string, Fragment][] {
  const { contact, isolation, provisioning } = client;
  return [
    ['Id', html`<code>${client.client_id}</code>`],
    ['Contact', contact.primary_email],
    ['Data', `${isolation.model}${isolation.database_name === null ? '' : ` in ${isolation.database_name}`}, ${isolation.region}`],
    ['Topics', client.topics?.place ?? 'as the plan says'],
    ['Places', state(provisioning.state)],
    [
      'Status since',
      html`${client.status_reason ?? '–'} ${client.status_changed_by !== null && html`<small>by ${client.status_changed_by}</small>`}`,
    ],
    ['Created', moment(client.created_at)],
    ['Suspended', moment(client.suspended_at)],
    ['Cancelled', moment(client.cancelled_at)],
    ['May be removed from', moment(client.purge_after)],
    ['Contract limits', plain(client.quota_overrides)],
  ];
}

function actionLinks(client: SaasClient, { role }: Pick<Visit, 'role'>): Fragment {
  const offered = TENANT_ACTIONS.filter(({ needs, isOffered }) => mayAct(role, needs) && isOffered(client));
  if (offered.length === 0) return null;
  return html`<nav class="actions" aria-label="What can be done">
    ${offered.map(
      ({ name, title, destructive }) =>
        html`<a class="button ${destructive && 'risky'}" href="${tenantPath(client)}/actions/${name}">${title}…</a>`,
    )}
  </nav>`;
}

function operationRow(
  operation: TenantOperation,
  { client, visit, now }: { client: SaasClient; visit: Pick<Visit, 'role' | 'formToken'>; now: number },
): Fragment[] {
  const { operation_id: id, kind, steps, created_at: createdAt, requested_by: by } = operation;
  const done = steps.filter((step) => step.state === 'done').length;
  return [
    html`${kind.replaceAll('_', ' ')} <small><code>${id}</code></small>`,
    state(operation.state),
    `${done} done${progressOf(operation)}`,
    moment(createdAt),
    by,
    steps.findLast(({ error }) => error !== null)?.error ?? '–',
    isAbandoned(operation, now) &&
      mayAct(visit.role, 'platform_operator') &&
      html`<form method="post" action="${tenantPath(client)}/operations/${encodeURIComponent(id)}/resume">
        ${formTokenField(visit)}<button>Go on</button>
      </form>`,
  ];
}

function progressOf({ progress, ...operation }: TenantOperation): string {
  if (progress === null || !isUnderWay(operation)) return '';
  return `; ${progress.parts.map(({ name, done, total }) => `${name} ${done}/${total ?? '?'}`).join(', ')}`;
}

const isUnderWay = ({ state: name }: Pick<TenantOperation, 'state'>): boolean =>
  name === 'queued' || name === 'running' || name === 'verifying' || name === 'rolling_back';

/** Failed, or left by a process that is gone. Provisioning is gone on with by `tenant create`. */
function isAbandoned({ kind, state: name, lease_until: leaseUntil }: TenantOperation, now: number): boolean {
  if (kind === 'provision' || kind === 'cleanup_orphans') return false;
  return name === 'failed' || (isUnderWay({ state: name }) && (leaseUntil === null || leaseUntil.getTime() <= now));
}
