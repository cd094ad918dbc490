import { ConflictError } from '@caas/runtime';
import { type JsonObject } from '@caas/schema';
import {
  OPEN_STATES,
  type OperationKind,
  type OperationState,
  type TenantOperation,
  tenantOperations,
} from '../provisioning/tenant-operations.collection.js';
import { HeldOperation, leaseOf, type OperationHolder } from './held-operation.js';
import { finishedSteps } from './saga.js';

const OPEN: ReadonlySet<OperationState> = new Set(OPEN_STATES);

/** An operation to begin. */
export interface OperationRequest {
  readonly operationId: string;
  /** Null for what belongs to no tenant. */
  readonly tenantId: string | null;
  readonly kind: OperationKind;
  readonly input: JsonObject;
  readonly requestedBy: string;
}

/** Whether nothing else may be done to the tenant until this operation has ended. */
export function isOpen({ state }: Pick<TenantOperation, 'state'>): boolean {
  return OPEN.has(state);
}

/** Writes the first line of the log. Rejects with `DuplicateKeyError` when the operation, or another open one of the tenant, is there. */
export async function openOperation(holder: OperationHolder, request: OperationRequest): Promise<TenantOperation> {
  return holder.mongo.platform(tenantOperations).insert({
    operation_id: request.operationId,
    tenant_id: request.tenantId,
    kind: request.kind,
    state: 'running',
    steps: [],
    progress: null,
    input: request.input,
    result: {},
    requested_by: request.requestedBy.slice(0, 100),
    ...leaseOf(holder),
  });
}

/**
 * Makes this process the only runner of an operation that exists: one that failed, was undone, or whose runner has been silent for a lease. Rejects with
 * `ConflictError` (RES_STATE, reason `operation_running`) while somebody is at it, and when somebody else takes it over first.
 */
export async function takeOver(holder: OperationHolder, operation: TenantOperation): Promise<HeldOperation> {
  const isHeld = operation.lease_until !== null && operation.lease_until.getTime() > holder.clock.now();
  if (isOpen(operation) && isHeld) throw runningElsewhere(operation);
  const change = { set: { state: 'running' as const, steps: finishedSteps(operation), ...leaseOf(holder) } };
  try {
    const claimed = await holder.mongo
      .platform(tenantOperations)
      .update(operation.operation_id, change, { expectedVersion: operation.__v });
    return new HeldOperation(holder, claimed);
  } catch (error) {
    throw error instanceof ConflictError ? runningElsewhere(operation, error) : error;
  }
}

/** Why an operation cannot be begun or taken over now. */
export function runningElsewhere({ kind, operation_id }: Pick<TenantOperation, 'kind' | 'operation_id'>, cause?: unknown): ConflictError {
  const message = `Operation ${operation_id} (${kind}) of this tenant has not ended. Wait for it, or resume it once its lease is over.`;
  return new ConflictError(message, { code: 'RES_STATE', cause, details: { reason: 'operation_running', conflictWith: operation_id } });
}
