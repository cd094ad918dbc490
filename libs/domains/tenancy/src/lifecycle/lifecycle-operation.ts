import { type CollectionDefinition } from '@caas/data-access-mongo';
import { type Services } from '@caas/composition';
import { ConflictError } from '@caas/runtime';
import { type JsonObject, type z } from '@caas/schema';
import { type OperationKind } from '../provisioning/tenant-operations.collection.js';
import { type SaasClient } from '../tenants/tenants.collection.js';
import { type MoveParts } from '../migration/move-parts.js';
import { type TopicParts } from '../topics/topic-parts.js';
import { type SagaStep } from './saga.js';

/** What the operations on a tenant work with. */
export interface LifecycleEnvironment extends Pick<Services, 'mongo' | 'outbox' | 'clock' | 'instanceId' | 'logger' | 'tenants'> {
  readonly faults?: Services['faults'];
  /** Where tenants can be moved. */
  readonly moves?: MoveParts;
  /** What moves and removes topics. Absent in a process without Kafka: topics are then left alone. */
  readonly topics?: TopicParts;
  /** Every definition of every module: the fixed list that exports, drops and counts work through. */
  readonly collections: readonly CollectionDefinition[];
}

/** One run of an operation. */
export interface LifecycleRun<Input> {
  readonly client: SaasClient;
  readonly input: Input;
}

/** What can be done to a tenant: when it may, and by which steps. */
export interface LifecycleOperation<Input extends z.ZodType = z.ZodType> {
  readonly kind: OperationKind;
  /** What is stored with the operation and read again after a kill. JSON values only. */
  readonly input: Input;
  /** Nothing of it can be undone; a failed run is gone on with. */
  readonly irreversible?: boolean;
  /** Throws a `ConflictError` or `ValidationError` when the tenant is not in a state for it. Asked before anything is written. */
  check(run: LifecycleRun<z.output<Input>>, environment: LifecycleEnvironment): void | Promise<void>;
  /** Each idempotent; the state of the tenant is read again inside, because the record that was given may be from before a kill. */
  steps(run: LifecycleRun<z.output<Input>>, environment: LifecycleEnvironment): readonly SagaStep[];
  /** What an operator learns before it is begun, of figures and consequences. */
  preview?(run: LifecycleRun<z.output<Input>>, environment: LifecycleEnvironment): Promise<JsonObject>;
}

/** Declares an operation; keeps its types. */
export function defineOperation<Input extends z.ZodType>(operation: LifecycleOperation<Input>): LifecycleOperation<Input> {
  return operation;
}

/** The refusal of a move that the states do not allow. */
export function wrongState(message: string, { status, provisioning }: SaasClient): ConflictError {
  const details = { reason: 'tenant_state', status, provisioning: provisioning.state };
  return new ConflictError(`${message} The tenant is ${status} and ${provisioning.state}.`, { code: 'RES_STATE', details });
}

/** Throws unless the tenant's places exist and nothing moves or removes them. */
export function requireSettled(client: SaasClient): void {
  if (client.provisioning.state !== 'ready') throw wrongState('This needs a tenant that is ready.', client);
}

/** The step that makes every process see the change: at once where the message arrives, within five seconds where it gets lost. */
export function forgetStep(
  { tenants }: LifecycleEnvironment,
  tenantId: Parameters<LifecycleEnvironment['tenants']['invalidate']>[0],
): SagaStep {
  return { name: 'invalidate', run: () => tenants.invalidate(tenantId) };
}
