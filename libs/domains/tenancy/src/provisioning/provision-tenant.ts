import { inspect } from 'node:util';
import { type Mongo } from '@caas/data-access-mongo';
import { type ProvisioningStep, type Services } from '@caas/composition';
import {
  AppError,
  ConflictError,
  isRetryable,
  PLAN_LIMITS,
  type Plan,
  runWithTenant,
  type TenantContext,
  ValidationError,
} from '@caas/runtime';
import { deriveId, newTenantId } from '@caas/schema';
import { saasClients, type SaasClient } from '../tenants/tenants.collection.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';
import { tenantOperations, type TenantOperation } from './tenant-operations.collection.js';

/** How long a runner may be silent before another one takes the operation over. */
const LEASE_MS = 60_000;

const NO_LEASE = { lease_owner: null, lease_until: null } as const;

type OperationState = TenantOperation['state'];
/** Somebody is at it while the lease runs. */
const HELD_STATES: ReadonlySet<OperationState> = new Set(['running', 'rolling_back']);
/** Steps that are noted as done need not be in place any more. */
const UNDONE_STATES: ReadonlySet<OperationState> = new Set(['rolling_back', 'rolled_back']);

export interface ProvisionTenantInput {
  readonly companyName: string;
  /** URL name; identifies the request, so that asking twice makes one tenant. */
  readonly slug: string;
  readonly email: string;
  readonly plan: Plan;
  readonly requestedBy: string;
  /** Contract limits in place of the plan’s. */
  readonly overrides?: { readonly requestsPerMinute?: number; readonly burstPerSecond?: number };
}

export interface ProvisionResult {
  readonly tenant: TenantContext;
  /** Whether this call made it ready; false when it was before. */
  readonly created: boolean;
}

export type ProvisionProgress = (step: {
  readonly name: string;
  readonly index: number;
  readonly total: number;
  readonly state: 'running' | 'done' | 'skipped';
}) => void;

/**
 * Makes a tenant usable, as a saga: each step is recorded when it is done, a run that was killed goes on at the first step that is not, and
 * the tenant becomes active with the last write, so nothing half-made is ever visible. One runner at a time: the operation is claimed by its
 * id and kept by a lease. A step that fails for good undoes what was done, in reverse; one that may succeed later leaves it for the next run.
 */
export class TenantProvisioning {
  readonly #mongo: Mongo;
  readonly #services: Pick<Services, 'clock' | 'instanceId' | 'logger' | 'tenants'>;
  readonly #steps: readonly ProvisioningStep[];

  constructor(services: Pick<Services, 'mongo' | 'clock' | 'instanceId' | 'logger' | 'tenants'>, steps: readonly ProvisioningStep[]) {
    this.#mongo = services.mongo;
    this.#services = services;
    this.#steps = steps;
  }

  /** Names of the steps that `provision` would run for a new tenant, in order. */
  plan(): readonly string[] {
    return this.#steps.map(({ name }) => name);
  }

  /**
   * Resolves with the ready tenant. Throws `SYS_NOT_IMPLEMENTED` for a plan that cannot be provisioned yet, `ValidationError` for a slug of
   * another tenant, `ConflictError` for an e-mail address of another one, `RES_STATE` while another process is at it or the tenant is being
   * removed; rejects with a step's own error when that fails.
   */
  async provision(input: ProvisionTenantInput, onProgress: ProvisionProgress = () => undefined): Promise<ProvisionResult> {
    refusePlan(input.plan);
    const client = await this.#reserve(input);
    if (isProvisioned(client)) {
      await this.#close(client.provisioning.operation_id);
      return { tenant: toTenantContext(client), created: false };
    }
    const operation = await this.#claim(client, input.requestedBy);
    const claimed = await this.#setState(client, operation, 'provisioning');
    await this.#run(claimed, operation, onProgress);
    const ready = await this.#activate(claimed, operation);
    await this.#services.tenants.invalidate(ready.tenantId);
    return { tenant: ready, created: true };
  }

  /** The tenant's record, new or from an earlier call with the same slug. */
  async #reserve(input: ProvisionTenantInput): Promise<SaasClient> {
    const repository = this.#mongo.platform(saasClients);
    const known = await repository.findOne({ slug: input.slug }, { includeDeleted: true, readFrom: 'primary' });
    if (known !== undefined) return refuseOther(known, input);
    try {
      return await repository.insert({
        client_id: newTenantId(),
        company_name: input.companyName,
        slug: input.slug,
        contact: { primary_email: input.email },
        status: 'pending',
        tier: input.plan,
        isolation: { model: PLAN_LIMITS[input.plan].isolation, database_name: null, epoch: 1 },
        provisioning: { state: 'none', operation_id: null },
        quota_overrides:
          input.overrides === undefined
            ? null
            : {
                requests_per_minute: input.overrides.requestsPerMinute ?? null,
                burst_per_second: input.overrides.burstPerSecond ?? null,
              },
        activated_at: null,
      });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const other = await repository.findOne({ slug: input.slug }, { includeDeleted: true, readFrom: 'primary' });
      if (other !== undefined) return refuseOther(other, input); // created by somebody else since we looked, or deleted
      throw new ConflictError('There is a tenant with this e-mail address.', { cause: error, details: { conflictWith: 'email' } });
    }
  }

  /** Makes this process the only runner of the tenant's provisioning. */
  async #claim(client: SaasClient, requestedBy: string): Promise<TenantOperation> {
    const repository = this.#mongo.platform(tenantOperations);
    const operationId = deriveId('op', client.client_id, 'provision');
    try {
      return await repository.insert({
        operation_id: operationId,
        tenant_id: client.client_id,
        kind: 'provision',
        state: 'running',
        steps: [],
        requested_by: requestedBy,
        ...this.#lease(),
      });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
    const operation = await repository.get(operationId, { readFrom: 'primary' });
    const isHeld = operation.lease_until !== null && operation.lease_until.getTime() > this.#services.clock.now();
    if (HELD_STATES.has(operation.state) && isHeld) throw otherRunner();
    // What a rollback has undone, or may have begun to undo before it was killed, is made again.
    const steps = UNDONE_STATES.has(operation.state) ? [] : operation.steps.filter(({ state }) => state === 'done');
    try {
      return await repository.update(
        operationId,
        { set: { state: 'running', steps, ...this.#lease() } },
        { expectedVersion: operation.__v },
      );
    } catch (error) {
      throw error instanceof ConflictError ? otherRunner(error) : error;
    }
  }

  async #run(client: SaasClient, claimed: TenantOperation, onProgress: ProvisionProgress): Promise<void> {
    const tenant = toTenantContext(client);
    let operation = claimed;
    for (const [index, step] of this.#steps.entries()) {
      const at = { name: step.name, index, total: this.#steps.length };
      if (operation.steps.some(({ name }) => name === step.name)) {
        onProgress({ ...at, state: 'skipped' });
        continue;
      }
      onProgress({ ...at, state: 'running' });
      try {
        await runWithTenant(tenant, () => step.run(tenant));
      } catch (error) {
        await this.#fail({ client, tenant, operation }, step, error);
        throw error;
      }
      operation = await this.#record(operation, { steps: [...operation.steps, this.#entry(step.name, 'done')], ...this.#lease() });
      onProgress({ ...at, state: 'done' });
    }
  }

  /** Never rejects: whoever called `provision` gets the error of the step. What cannot be recorded is left to the lease. */
  async #fail(
    { client, tenant, operation }: { client: SaasClient; tenant: TenantContext; operation: TenantOperation },
    failed: ProvisioningStep,
    error: unknown,
  ): Promise<void> {
    const steps = [...operation.steps, this.#entry(failed.name, 'failed', error)];
    try {
      if (isRetryable(error)) await this.#record(operation, { state: 'failed', steps, ...NO_LEASE });
      else await this.#rollBack(tenant, await this.#record(operation, { state: 'rolling_back', steps, ...this.#lease() }));
      await this.#setState(client, operation, 'failed');
    } catch (unrecorded) {
      const { logger } = this.#services;
      logger.error(
        { err: unrecorded, operation_id: operation.operation_id, step: failed.name },
        'a failed provisioning could not be recorded',
      );
    }
  }

  /**
   * Undoes the finished steps, the last one first. One that cannot be undone does not keep the others: the operation then stays
   * `rolling_back` without a runner, and the next call makes everything anew.
   */
  async #rollBack(tenant: TenantContext, claimed: TenantOperation): Promise<void> {
    let operation = claimed;
    let isClean = true;
    const done = this.#steps.filter(({ name }) => operation.steps.some((step) => step.name === name && step.state === 'done'));
    for (const step of done.toReversed()) {
      try {
        await runWithTenant(tenant, () => step.compensate?.(tenant));
      } catch (error) {
        isClean = false;
        const { logger } = this.#services;
        logger.error({ err: error, operation_id: operation.operation_id, step: step.name }, 'a provisioning step could not be undone');
        continue;
      }
      const undone = this.#entry(step.name, 'compensated');
      const steps = operation.steps.map((entry) => (entry.name === step.name && entry.state === 'done' ? undone : entry));
      operation = await this.#record(operation, { steps, ...this.#lease() });
    }
    await this.#record(operation, { state: isClean ? 'rolled_back' : 'rolling_back', ...NO_LEASE });
  }

  /**
   * The tenant first, then the log: after a kill in between, the next call closes the operation of the ready tenant. Guarded by the version
   * since the claim: a runner that slept past its lease cannot wake a tenant that was
   * suspended meanwhile.
   */
  async #activate(client: SaasClient, claimed: TenantOperation): Promise<TenantContext> {
    const provisioning = { state: 'ready' as const, operation_id: claimed.operation_id };
    const ready = await this.#mongo
      .platform(saasClients)
      .update(
        client.client_id,
        { set: { status: 'active', provisioning, activated_at: new Date(this.#services.clock.now()) } },
        { expectedVersion: client.__v },
      );
    await this.#close(claimed.operation_id);
    return toTenantContext(ready);
  }

  async #close(operationId: string | null): Promise<void> {
    if (operationId === null) return;
    const repository = this.#mongo.platform(tenantOperations);
    const operation = await repository.find(operationId);
    if (operation === undefined || operation.state === 'succeeded') return;
    await repository.update(operationId, { set: { state: 'succeeded', ...NO_LEASE } });
  }

  /** What operators see of the progress. */
  #setState(client: SaasClient, { operation_id }: TenantOperation, state: 'provisioning' | 'failed'): Promise<SaasClient> {
    const change = { set: { provisioning: { state, operation_id } } };
    return this.#mongo.platform(saasClients).update(client.client_id, change, { expectedVersion: client.__v });
  }

  /** Guarded by version: a runner that lost its lease cannot write over its successor. */
  #record(operation: TenantOperation, set: Partial<TenantOperation>): Promise<TenantOperation> {
    return this.#mongo.platform(tenantOperations).update(operation.operation_id, { set }, { expectedVersion: operation.__v });
  }

  #lease(): { lease_owner: string; lease_until: Date } {
    return { lease_owner: this.#services.instanceId, lease_until: new Date(this.#services.clock.now() + LEASE_MS) };
  }

  #entry(name: string, state: 'done' | 'failed' | 'compensated', error?: unknown) {
    const text = error === undefined ? null : (error instanceof Error ? error.message : inspect(error)).slice(0, 500);
    return { name, state, ended_at: new Date(this.#services.clock.now()), error: text };
  }
}

function refusePlan(plan: Plan): void {
  const { isolation } = PLAN_LIMITS[plan];
  if (isolation !== 'shared') {
    throw new AppError(
      'SYS_NOT_IMPLEMENTED',
      `Tenants of plan ${plan} keep their data in their own ${isolation}, which cannot be provisioned yet. Use free or starter.`,
    );
  }
}

/** Throws `RES_STATE` for a tenant on its way out: nothing of it may be made again. */
function isProvisioned({ status, provisioning: { state }, deleted_at: deletedAt }: SaasClient): boolean {
  if (status === 'cancelled' || state === 'deleting' || state === 'purged' || deletedAt !== null) {
    throw new ConflictError('The tenant is being removed.', { code: 'RES_STATE' });
  }
  return state === 'ready' || state === 'migrating';
}

function otherRunner(cause?: unknown): ConflictError {
  const message = 'Another process is provisioning this tenant. Wait for it, or for its lease to end.';
  return new ConflictError(message, { code: 'RES_STATE', cause });
}

function refuseOther(known: SaasClient, input: ProvisionTenantInput): SaasClient {
  if (known.contact.primary_email === input.email && known.tier === input.plan) return known;
  throw new ValidationError([{ field: '/slug', code: 'taken', message: 'is used by a tenant with another e-mail address or plan' }]);
}
