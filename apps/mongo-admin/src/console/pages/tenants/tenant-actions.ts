import { type StaffRole } from '@caas/identity';
import { type Services } from '@caas/composition';
import { type FieldIssue, PLANS, ValidationError } from '@caas/runtime';
import { type z } from '@caas/schema';
import {
  downgrade,
  hardDelete,
  type LifecycleOperation,
  type LifecyclePreview,
  restore,
  resume,
  RETENTION_DAYS,
  type SaasClient,
  softDelete,
  suspend,
  SUSPENSION_REASONS,
  type TenantOperation,
  upgrade,
} from '@caas/tenancy';
import { type Operator } from '../../../operations/operator.js';
import { beginOperation, lifecycleOf } from '../../../operations/tenant-lifecycle.js';
import { type Field } from '../../views/forms.js';

/** What somebody asked for on a page. */
export interface ActionRequest {
  readonly client: SaasClient;
  readonly form: URLSearchParams;
  readonly operator: Operator;
}

interface ActionFacts {
  /** In the path of its page. */
  readonly name: string;
  readonly title: string;
  /** What it does, in a sentence. */
  readonly about: string;
  readonly needs: StaffRole;
  /** Takes something away: asks for the tenant's name. */
  readonly destructive: boolean;
  readonly fields: readonly Field[];
  /** Asked once the dry run was seen. */
  readonly fieldsAfterwards?: readonly Field[];
  /** Whether the tenant is in a state for it, as far as the record tells; the operation itself decides. */
  readonly isOffered: (client: SaasClient) => boolean;
}

/** What can be done to a tenant: the operations of the command line, with a form. */
export interface TenantAction extends ActionFacts {
  /** What it would do. Rejects as `TenantLifecycle.preview` does, and with `ValidationError` naming fields. */
  readonly preview: (services: Services, request: ActionRequest) => Promise<LifecyclePreview>;
  /** Does it. Rejects as `TenantLifecycle.begin` does, and with `ValidationError` naming fields. */
  readonly begin: (services: Services, request: ActionRequest) => Promise<TenantOperation>;
}

/** What is typed once more before something is taken away. */
export const CONFIRMATION = 'confirm';

const isLive = ({ status, provisioning }: SaasClient): boolean =>
  (status === 'active' || status === 'suspended') && provisioning.state === 'ready';
const text = (form: URLSearchParams, name: string): string | null => (form.get(name) ?? '').trim() || null;
const choices = (values: readonly string[]): Field['options'] => values.map((value) => [value, value]);

const plan: Field = { name: 'plan', label: 'Plan', kind: 'choice', required: true, options: choices(PLANS) };

export const TENANT_ACTIONS: readonly TenantAction[] = [
  anAction(suspend, {
    name: 'suspend',
    title: 'Suspend',
    about: 'Stops the tenant’s traffic everywhere within five seconds. Its data stays.',
    needs: 'platform_operator',
    destructive: true,
    fields: [
      { name: 'reason', label: 'Reason', kind: 'choice', required: true, options: choices(SUSPENSION_REASONS) },
      { name: 'note', label: 'Note', hint: 'More about it.', max: 400 },
    ],
    isOffered: ({ status }) => status === 'active',
    inputOf: ({ form, operator: { id: by } }) => ({ reason: form.get('reason'), note: text(form, 'note'), by }),
  }),
  anAction(resume, {
    name: 'resume',
    title: 'Resume',
    about: 'Lets a suspended tenant work again.',
    needs: 'platform_operator',
    destructive: false,
    fields: [{ name: 'resolved', label: 'Resolved by', hint: 'What became of the reason.', max: 400 }],
    isOffered: ({ status }) => status === 'suspended',
    inputOf: ({ form, operator: { id: by } }) => ({ resolved: text(form, 'resolved'), by }),
  }),
  anAction(upgrade, {
    name: 'upgrade',
    title: 'Upgrade',
    about: 'Raises limits and features at once. Where the plan keeps data elsewhere, the dry run names the migration that is due.',
    needs: 'platform_operator',
    destructive: false,
    fields: [plan],
    isOffered: (client) => isLive(client) && client.tier !== PLANS.at(-1),
    inputOf: ({ form, operator: { id: by } }) => ({ plan: form.get('plan'), consent: false, by }),
  }),
  anAction(downgrade, {
    name: 'downgrade',
    title: 'Downgrade',
    about: 'Lowers limits and features. Deletes nothing, but what is above a new limit can no longer grow.',
    needs: 'platform_admin',
    destructive: true,
    fields: [plan],
    fieldsAfterwards: [{ name: 'consent', label: 'The tenant agrees to what is above the new limits', kind: 'consent' }],
    isOffered: (client) => isLive(client) && client.tier !== PLANS[0],
    // Whoever only looks wants to see what would need consent.
    inputOf: ({ form, operator: { id: by } }, { dryRun }) => ({
      plan: form.get('plan'),
      consent: dryRun || form.get('consent') === 'yes',
      by,
    }),
  }),
  anAction(softDelete, {
    name: 'cancel',
    title: 'Cancel',
    about: `Cancels the tenant and marks it deleted. It can be restored for ${RETENTION_DAYS} days.`,
    needs: 'platform_admin',
    destructive: true,
    fields: [{ name: 'reason', label: 'Reason', max: 400 }],
    isOffered: ({ status, provisioning }) => status !== 'cancelled' && provisioning.state !== 'purged',
    inputOf: ({ form, operator: { id: by } }) => ({ reason: text(form, 'reason'), by }),
  }),
  anAction(restore, {
    name: 'restore',
    title: 'Restore',
    about: 'Takes a cancellation back. The tenant is suspended afterwards, and resume follows.',
    needs: 'platform_operator',
    destructive: false,
    fields: [],
    isOffered: ({ status, provisioning: { state } }) => status === 'cancelled' && state !== 'deleting' && state !== 'purged',
    inputOf: ({ operator: { id: by } }) => ({ by }),
  }),
  anAction(hardDelete, {
    name: 'delete',
    title: 'Delete for good',
    about: 'Removes the tenant and all of its data. This cannot be undone.',
    needs: 'platform_admin',
    destructive: true,
    fields: [
      {
        name: 'export_id',
        label: 'Export',
        hint: 'The operation op_… of the export that was handed over. One is made by caas-admin tenant export, on the machine that keeps it.',
        max: 40,
      },
      { name: 'waiver', label: 'Waiver', hint: 'Where it is kept that the tenant gave up its export, instead.', max: 400 },
    ],
    isOffered: ({ status, provisioning: { state } }) => status === 'cancelled' && state !== 'purged',
    inputOf: ({ form, client, operator: { id: by } }, { dryRun }) => ({
      export_id: text(form, 'export_id'),
      waiver: text(form, 'waiver'),
      confirm_slug: dryRun ? client.slug : (text(form, CONFIRMATION) ?? ''),
      by,
    }),
  }),
];

function anAction<Input extends z.ZodType>(
  operation: LifecycleOperation<Input>,
  {
    inputOf,
    ...facts
  }: ActionFacts & { readonly inputOf: (request: ActionRequest, mode: { dryRun: boolean }) => Readonly<Record<string, unknown>> },
): TenantAction {
  const read = (request: ActionRequest, dryRun: boolean): z.output<Input> => {
    const parsed = operation.input.safeParse(inputOf(request, { dryRun }));
    if (!parsed.success) throw new ValidationError(parsed.error.issues.map(issueOf));
    return parsed.data;
  };
  return {
    ...facts,
    preview: async (services, request) =>
      lifecycleOf(services).preview(operation, { tenantId: request.client.client_id, input: read(request, true) }),
    begin: async (services, request) => {
      const { client, operator } = request;
      return beginOperation(services, operation, { tenantId: client.client_id, input: read(request, false), operator });
    },
  };
}

function issueOf({ path, code, message }: z.core.$ZodIssue): FieldIssue {
  return { field: `/${path.join('/')}`, code, message };
}
