import { type Services } from '@caas/composition';
import { modules } from '@caas/modules';
import { type AuditEntry } from '@caas/runtime';
import { parseTenantId, type z } from '@caas/schema';
import {
  type LifecycleEnvironment,
  type LifecycleOperation,
  type SagaProgress,
  TenantLifecycle,
  type TenantOperation,
} from '@caas/tenancy';
import { auditOf } from '../audit.js';
import { topicPartsOf } from '../topic-parts.js';
import { auditActorOf, type Operator } from './operator.js';

/** What an operator begins on a tenant. */
export interface OperationRequest<Input> {
  readonly tenantId: string;
  readonly input: Input;
  readonly operator: Operator;
  readonly onProgress?: SagaProgress;
}

/** What life-cycle operations work with, from the services of the process. */
export function lifecycleOf(services: Services): TenantLifecycle {
  const environment: LifecycleEnvironment = { ...services, collections: modules.collections, topics: topicPartsOf(services) };
  return new TenantLifecycle(environment);
}

/** Begins an operation as `TenantLifecycle.begin` does. It is written down before it is done: where that fails, it is not done. */
export async function beginOperation<Input extends z.ZodType>(
  services: Services,
  operation: LifecycleOperation<Input>,
  { tenantId, input, operator, onProgress }: OperationRequest<z.output<Input>>,
): Promise<TenantOperation> {
  await record(services, { tenantId, kind: operation.kind, operator });
  return lifecycleOf(services).begin(operation, { tenantId, input, requestedBy: operator.id, onProgress });
}

/** Goes on with an operation that was killed or that failed, as `TenantLifecycle.resume` does; written down like a beginning. */
export async function resumeOperation(
  services: Services,
  operationId: string,
  { operator, onProgress }: { operator: Operator; onProgress?: SagaProgress },
): Promise<TenantOperation> {
  const lifecycle = lifecycleOf(services);
  const { tenant_id: tenantId, kind } = await lifecycle.operation(operationId);
  await record(services, { tenantId, kind, operator, operationId });
  return lifecycle.resume(operationId, onProgress);
}

async function record(
  services: Services,
  what: { tenantId: string | null; kind: string; operator: Operator; operationId?: string },
): Promise<void> {
  await (await auditOf(services)).record(entryOf(what));
}

function entryOf({ tenantId, kind, operator, operationId }: Parameters<typeof record>[1]): AuditEntry {
  const resumed = operationId === undefined ? {} : { reason: `goes on with ${operationId}` };
  return {
    tenantId: tenantId === null ? null : parseTenantId(tenantId),
    actor: auditActorOf(operator),
    action: { category: 'config', type: 'operate', name: `tenant.${kind}` },
    ...(tenantId !== null && { target: { type: 'tenant', id: tenantId } }),
    severity: 'medium',
    ...resumed,
  };
}
