import { AppError, ValidationError } from '@caas/runtime';
import { type LifecyclePreview, type SaasClient, TenantsService } from '@caas/tenancy';
import { type ConsoleParts } from '../../console-parts.js';
import { type ConsoleRoute, type Reply, type Visit } from '../../http/console-route.js';
import { dryRunView } from '../../views/dry-run.js';
import { fieldRow, formTokenField, type FormState, hiddenFields, problem } from '../../views/forms.js';
import { type Fragment, type Html, html } from '../../views/html.js';
import { CONFIRMATION, TENANT_ACTIONS, type TenantAction } from './tenant-actions.js';
import { tenantPath } from './tenant-path.js';

/** The forms of what can be done to a tenant: what is asked, the dry run, the confirmation, and then it is done. */
export function tenantActionRoutes(parts: ConsoleParts): ConsoleRoute[] {
  const { services } = parts;
  const clientOf = ({ params }: Visit): Promise<SaasClient> =>
    new TenantsService(services).get(params['tenant'] ?? '', { includeDeleted: true });
  return TENANT_ACTIONS.flatMap((action): ConsoleRoute[] => {
    const { needs, name } = action;
    const path = `/tenants/:tenant/actions/${name}`;
    return [
      {
        method: 'GET',
        path,
        needs,
        handle: async (visit) => askPage(action, { visit, client: await clientOf(visit), values: visit.query }),
      },
      { method: 'POST', path, needs, handle: async (visit) => answerTo(parts, action, { visit, client: await clientOf(visit) }) },
    ];
  });
}

interface Asked {
  readonly visit: Visit;
  readonly client: SaasClient;
}

async function answerTo(parts: ConsoleParts, action: TenantAction, { visit, client }: Asked): Promise<Reply> {
  const { form: values, operator } = visit;
  const request = { client, form: values, operator };
  try {
    if (values.get('step') !== 'run') {
      return dryRunPage(action, { visit, client, values, preview: await action.preview(parts.services, request) });
    }
    if (action.destructive && values.get(CONFIRMATION) !== client.slug) {
      const issues = [{ field: `/${CONFIRMATION}`, code: 'confirm', message: `has to be ${client.slug}` }];
      return dryRunPage(action, { visit, client, values, issues, preview: await action.preview(parts.services, request) });
    }
    const done = await parts.background.run(action.name, action.begin(parts.services, request));
    return { goTo: tenantPath(client), notice: noticeOf(action, done?.operation_id) };
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    const issues = error instanceof ValidationError ? error.issues : [];
    return askPage(action, { visit, client, values, issues, failed: issues.length === 0 ? error.message : undefined });
  }
}

function noticeOf({ title }: TenantAction, operationId: string | undefined): string {
  return operationId === undefined ? `${title}: under way; see the operations below.` : `${title}: done (${operationId}).`;
}

function askPage(action: TenantAction, { visit, client, failed, ...state }: Asked & FormState & { failed?: string | undefined }): Reply {
  const { title, about, fields } = action;
  const known = new Set(fields.map(({ name }) => `/${name}`));
  const elsewhere = (state.issues ?? []).filter(({ field }) => !known.has(field)).map(({ message }) => message);
  return {
    title: `${title}: ${client.company_name}`,
    status: failed === undefined && state.issues === undefined ? 200 : 422,
    body: html`<p>${about}</p>
      ${problem(failed ?? (elsewhere.length > 0 ? elsewhere.join('; ') : undefined))}
      <form method="post" class="stack card">
        ${formTokenField(visit)}${fields.map((field) => fieldRow(field, state))}
        <div class="actions"><button class="primary" name="step" value="preview">Dry run</button> ${backLink(client)}</div>
      </form>`,
  };
}

function dryRunPage(action: TenantAction, { visit, client, preview, ...state }: Asked & FormState & { preview: LifecyclePreview }): Reply {
  const { title, about, fields, fieldsAfterwards = [], destructive } = action;
  const names = fields.map(({ name }) => name);
  return {
    title: `${title}: ${client.company_name}`,
    status: state.issues === undefined ? 200 : 422,
    body: html`<p>${about}</p>
      ${dryRunView(preview)}
      <form method="post" class="stack card">
        ${formTokenField(visit)}${hiddenFields(state.values, names)}${fieldsAfterwards.map((field) => fieldRow(field, state))}
        ${destructive && confirmationRow(client, state)}
        <div class="actions">
          <button class="${destructive ? 'danger' : 'primary'}" name="step" value="run">${title} ${client.slug}</button> ${backLink(client)}
        </div>
      </form>`,
  };
}

function confirmationRow({ slug }: SaasClient, { issues = [] }: FormState): Html {
  const field = { name: CONFIRMATION, label: `Type ${slug} to confirm`, required: true, max: 63 };
  return html`<div data-expects="${slug}">${fieldRow(field, { values: new URLSearchParams(), issues })}</div>`;
}

function backLink(client: SaasClient): Fragment {
  return html`<a class="button" href="${tenantPath(client)}">Back</a>`;
}
