import { op } from '@caas/data-access-mongo';
import { ConflictError, NotFoundError } from '@caas/runtime';
import { type JsonObject, newId, type z } from '@caas/schema';
import { OPEN_STATES, type OperationKind, type TenantOperation, tenantOperations } from '../provisioning/tenant-operations.collection.js';
import { type SaasClient, saasClients } from '../tenants/tenants.collection.js';
import { isOpen, openOperation, runningElsewhere, takeOver } from './claim-operation.js';
import { HeldOperation, NO_LEASE } from './held-operation.js';
import { type LifecycleEnvironment, type LifecycleOperation } from './lifecycle-operation.js';
import { OPERATIONS } from './operations.js';
import { announce } from './operation-events.js';
import { failureOf } from './operation-failure.js';
import { runSaga, type SagaProgress } from './saga.js';

/** What `begin` would do, for an operator to look at. */
export interface LifecyclePreview {
  readonly kind: OperationKind;
  readonly steps: readonly string[];
  readonly facts: JsonObject;
}

/**
 * Carries out operations on tenants as sagas (see {@link runSaga}). A tenant has one at a time: whoever wants to begin another moves the pointer in the
 * tenant's record from the operation before to its own, and of two only one finds it unmoved.
 */
export class TenantLifecycle {
  readonly #environment: LifecycleEnvironment;

  constructor(environment: LifecycleEnvironment) {
    this.#environment = environment;
  }

  /** What an operation would do. Rejects as {@link begin} does; writes nothing. */
  async preview<Input extends z.ZodType>(
    operation: LifecycleOperation<Input>,
    { tenantId, input }: { tenantId: string; input: z.output<Input> },
  ): Promise<LifecyclePreview> {
    const run = { client: await this.#client(tenantId), input: operation.input.parse(input) };
    await operation.check(run, this.#environment);
    const facts = (await operation.preview?.(run, this.#environment)) ?? {};
    return { kind: operation.kind, steps: operation.steps(run, this.#environment).map(({ name }) => name), facts };
  }

  /**
   * Does it, and resolves with the log of the operation when it has succeeded. Rejects with `NotFoundError`; with `ConflictError` (RES_STATE) when the
   * tenant's state does not allow it (reason `tenant_state`) or another operation has not ended (`operation_running`); with a step's own error.
   */
  async begin<Input extends z.ZodType>(
    operation: LifecycleOperation<Input>,
    { tenantId, input, requestedBy, onProgress }: BeginOptions<z.output<Input>>,
  ): Promise<TenantOperation> {
    const client = await this.#client(tenantId);
    const run = { client, input: operation.input.parse(input) };
    await this.#refuseBesideAnother(client);
    await operation.check(run, this.#environment);
    const opened = await this.#open(client, { operation, input: run.input as JsonObject, requestedBy });
    const held = new HeldOperation(this.#environment, opened);
    return this.#run(held, operation, { run, onProgress });
  }

  /** Goes on with an operation that was killed or that failed, at its first open step. Rejects as {@link begin} does; one that succeeded is left alone. */
  async resume(operationId: string, onProgress?: SagaProgress): Promise<TenantOperation> {
    const log = await this.operation(operationId);
    if (log.state === 'succeeded') return log;
    const operation = OPERATIONS.find(({ kind }) => kind === log.kind);
    if (operation === undefined || log.tenant_id === null) {
      throw new ConflictError(`An operation of kind ${log.kind} is resumed by the command that began it.`, { code: 'RES_STATE' });
    }
    const client = await this.#client(log.tenant_id);
    if (client.provisioning.operation_id !== operationId) {
      await this.#refuseBesideAnother(client);
      await this.#point(client, operationId);
    }
    const held = await takeOver(this.#environment, log);
    return this.#run(held, operation, { run: { client, input: operation.input.parse(log.input) }, onProgress });
  }

  /** One operation, by its id. Rejects with `NotFoundError`. */
  operation(operationId: string): Promise<TenantOperation> {
    return this.#environment.mongo.platform(tenantOperations).get(operationId, { readFrom: 'primary' });
  }

  /** What was done to a tenant, the newest first; at most a hundred. */
  operations(tenantId: string): Promise<TenantOperation[]> {
    const repository = this.#environment.mongo.platform(tenantOperations);
    return repository.findMany({ tenant_id: tenantId }, { sort: { created_at: -1 }, limit: 100, readFrom: 'primary' });
  }

  async #run<Input extends z.ZodType>(
    held: HeldOperation,
    operation: LifecycleOperation<Input>,
    { run, onProgress }: { run: { client: SaasClient; input: z.output<Input> }; onProgress: SagaProgress | undefined },
  ): Promise<TenantOperation> {
    const { logger, clock, faults } = this.#environment;
    const onFailure = (error: unknown): Promise<void> => {
      return announce(this.#environment, { fact: failureOf(held.row, error), operation: held.row });
    };
    const { irreversible = false } = operation;
    try {
      const steps = operation.steps(run, this.#environment);
      await runSaga(held, steps, { logger, now: () => clock.now(), onProgress, faults, irreversible, onFailure });
      await held.record({ state: 'succeeded', ...NO_LEASE });
      return held.row;
    } finally {
      await held.release();
    }
  }

  async #open(
    client: SaasClient,
    { operation: { kind }, input, requestedBy }: { operation: LifecycleOperation; input: JsonObject; requestedBy: string },
  ): Promise<TenantOperation> {
    const operationId = newId('op');
    return this.#environment.mongo.withTransaction(async () => {
      await this.#point(client, operationId);
      return openOperation(this.#environment, { operationId, tenantId: client.client_id, kind, input, requestedBy });
    });
  }

  /** Leaves `__v` alone: it is the tenant's state that is versioned, not who works on it. */
  async #point({ client_id: id, provisioning }: SaasClient, operationId: string): Promise<void> {
    const where = { 'provisioning.operation_id': provisioning.operation_id };
    const moved = await this.#environment.mongo
      .platform(saasClients)
      .updateManyById([{ id, where, set: { 'provisioning.operation_id': operationId } }]);
    if (moved.matched === 1) return;
    throw new ConflictError('Another operation on this tenant has begun in the meantime.', {
      code: 'RES_STATE',
      details: { reason: 'operation_running' },
    });
  }

  async #refuseBesideAnother({ client_id: tenantId, provisioning }: SaasClient): Promise<void> {
    const repository = this.#environment.mongo.platform(tenantOperations);
    const known =
      provisioning.operation_id === null ? undefined : await repository.find(provisioning.operation_id, { readFrom: 'primary' });
    if (known !== undefined && isOpen(known)) throw runningElsewhere(known);
    const open = await repository.findOne({ tenant_id: tenantId, state: op.in(OPEN_STATES) }, { readFrom: 'primary' });
    if (open !== undefined) throw runningElsewhere(open);
  }

  async #client(tenantId: string): Promise<SaasClient> {
    const client = await this.#environment.mongo.platform(saasClients).find(tenantId, { includeDeleted: true, readFrom: 'primary' });
    if (client === undefined) throw new NotFoundError(`There is no tenant ${tenantId}.`);
    return client;
  }
}

export interface BeginOptions<Input> {
  readonly tenantId: string;
  readonly input: Input;
  /** Who asked; shown in the log and in events. */
  readonly requestedBy: string;
  readonly onProgress?: SagaProgress | undefined;
}
