import { type Services } from '@caas/composition';
import { modules } from '@caas/modules';
import { type AuditEntry } from '@caas/runtime';
import { parseTenantId, type z } from '@caas/schema';
import {
  type LifecycleEnvironment,
  type LifecycleOperation,
  type SaasClient,
  type SagaProgress,
  TenantLifecycle,
  type TenantOperation,
  TenantsService,
} from '@caas/tenancy';
import { type OutputOptions, print, table } from '../../output.js';
import { auditOf } from '../../audit.js';
import { topicPartsOf } from '../../topic-parts.js';
import { withServices } from '../../with-services.js';

/** Who asks, in logs and events. */
export const OPERATOR = 'caas-admin';

export interface OperationOptions extends OutputOptions {
  readonly dryRun?: boolean;
}

/** What life-cycle operations work with, from the services of the command. */
export function lifecycleOf(services: Services): TenantLifecycle {
  const environment: LifecycleEnvironment = { ...services, collections: modules.collections, topics: topicPartsOf(services) };
  return new TenantLifecycle(environment);
}

/** A step or part that is done, as a line on standard error. */
export const progressLine: SagaProgress = ({ name, index, total, state, part }) => {
  const at = `  ${index + 1}/${total} ${name}`;
  if (part !== undefined) process.stderr.write(`${at}: ${part.done}${part.total === null ? '' : ` of ${part.total}`} rows\n`);
  else if (state !== 'running') process.stderr.write(`${at}: ${state}\n`);
};

/** Begins an operation on the tenant that is named, or shows what it would do, and prints the outcome. */
export function runOperation<Input extends z.ZodType>(
  operation: LifecycleOperation<Input>,
  { reference, inputOf, options }: { reference: string; inputOf: (client: SaasClient) => z.output<Input>; options: OperationOptions },
): Promise<void> {
  return withServices(async (services) => {
    const client = await new TenantsService(services).get(reference, { includeDeleted: true });
    const tenantId = client.client_id;
    const lifecycle = lifecycleOf(services);
    const input = inputOf(client);
    if (options.dryRun === true) {
      const { kind, steps, facts } = await lifecycle.preview(operation, { tenantId, input });
      print({ dry_run: true, tenant_id: tenantId, operation: kind, steps, ...facts }, options, () =>
        [`would run ${kind} on ${tenantId}: ${steps.join(', ')}`, ...factLines(facts)].join('\n'),
      );
      return;
    }
    const audit = await auditOf(services);
    await audit.record(auditEntry(operation.kind, tenantId));
    const done = await lifecycle.begin(operation, { tenantId, input, requestedBy: OPERATOR, onProgress: progressLine });
    printOperation(done, options);
  });
}

/** What operators do is written down before it is done: where that fails, it is not done. */
function auditEntry(kind: string, tenantId: string): AuditEntry {
  return {
    tenantId: parseTenantId(tenantId),
    actor: { type: 'platform_admin', id: OPERATOR },
    action: { category: 'config', type: 'operate', name: `tenant.${kind}` },
    target: { type: 'tenant', id: tenantId },
    severity: 'medium',
  };
}

/** An operation that has ended. */
export function printOperation(operation: TenantOperation, options: OutputOptions): void {
  const { operation_id, tenant_id, kind, state, result } = operation;
  print({ operation_id, tenant_id, operation: kind, state, result }, options, () =>
    [`${kind} of ${tenant_id ?? 'the platform'}: ${state} (${operation_id})`, ...factLines(result)].join('\n'),
  );
}

/** Facts one by one; lists as tables of their own would drown them, so those are JSON. */
function factLines(facts: Readonly<Record<string, unknown>>): string[] {
  const rows = Object.entries(facts).filter(([name, value]) => name !== 'event_id' && value !== null);
  if (rows.length === 0) return [];
  return [
    table(
      ['', ''],
      rows.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    ).trim(),
  ];
}
