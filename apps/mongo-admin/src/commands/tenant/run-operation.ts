import { type z } from '@caas/schema';
import { type LifecycleOperation, type SaasClient, type SagaProgress, type TenantOperation, TenantsService } from '@caas/tenancy';
import { COMMAND_LINE } from '../../operations/operator.js';
import { beginOperation, lifecycleOf } from '../../operations/tenant-lifecycle.js';
import { type OutputOptions, print, table } from '../../output.js';
import { withServices } from '../../with-services.js';

export interface OperationOptions extends OutputOptions {
  readonly dryRun?: boolean;
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
    const input = inputOf(client);
    if (options.dryRun === true) {
      const { kind, steps, facts } = await lifecycleOf(services).preview(operation, { tenantId, input });
      print({ dry_run: true, tenant_id: tenantId, operation: kind, steps, ...facts }, options, () =>
        [`would run ${kind} on ${tenantId}: ${steps.join(', ')}`, ...factLines(facts)].join('\n'),
      );
      return;
    }
    printOperation(
      await beginOperation(services, operation, { tenantId, input, operator: COMMAND_LINE, onProgress: progressLine }),
      options,
    );
  });
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
