import { type ProvisioningStep, type Services } from '@caas/composition';
import { ConflictError, PLAN_LIMITS, runWithTenant, type TenantContext } from '@caas/runtime';
import { deriveId, newTenantId } from '@caas/schema';
import { isOpen, openOperation, runningElsewhere, takeOver } from '../lifecycle/claim-operation.js';
import { HeldOperation, NO_LEASE } from '../lifecycle/held-operation.js';
import { failureOf } from '../lifecycle/operation-failure.js';
import { announce, eventIdOf } from '../lifecycle/operation-events.js';
import { runSaga, type SagaProgress, type SagaStep } from '../lifecycle/saga.js';
import { newSaasClient } from '../tenants/new-saas-client.js';
import { saasClients, type SaasClient } from '../tenants/tenants.collection.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';
import { ISOLATION_BUDGET, type IsolationBudget, refuseOverBudget } from './isolation-budget.js';
import { isProvisioned, provisionedFact, type ProvisionTenantInput, refuseOther } from './provisioning-input.js';
import { tenantOperations } from './tenant-operations.collection.js';

export interface ProvisionResult {
  readonly tenant: TenantContext;
  /** Whether this call made it ready; false when it was before. */
  readonly created: boolean;
}

type ProvisioningServices = Pick<Services, 'mongo' | 'outbox' | 'clock' | 'instanceId' | 'logger' | 'tenants'> &
  Partial<Pick<Services, 'faults'>>;

/**
 * Makes a tenant usable, as a saga: each step is recorded when it is done, a run that was killed goes on at the first step that is not, and
 * the tenant becomes active with the last write, so nothing half-made is ever visible. One runner at a time: the operation is claimed by its
 * id and kept by a lease. A step that fails for good undoes what was done, in reverse; one that may succeed later leaves it for the next run.
 */
export class TenantProvisioning {
  readonly #services: ProvisioningServices;
  readonly #steps: readonly ProvisioningStep[];
  readonly #budget: IsolationBudget;

  constructor(services: ProvisioningServices, steps: readonly ProvisioningStep[], budget: IsolationBudget = ISOLATION_BUDGET) {
    this.#services = services;
    this.#steps = steps;
    this.#budget = budget;
  }

  /** Names of the steps that `provision` would run for a new tenant, in order. */
  plan(): readonly string[] {
    return this.#steps.map(({ name }) => name);
  }

  /**
   * Resolves with the ready tenant. Throws {@link IsolationBudgetError} when a plan with collections of its own finds no room, `ValidationError` for a slug of
   * another tenant, `ConflictError` for an e-mail address of another one, `RES_STATE` while another process is at it or the tenant is being
   * removed; rejects with a step's own error when that fails.
   */
  async provision(input: ProvisionTenantInput, onProgress: SagaProgress = () => undefined): Promise<ProvisionResult> {
    const client = await this.#reserve(input);
    if (isProvisioned(client)) {
      await this.#close(client.provisioning.operation_id);
      return { tenant: toTenantContext(client), created: false };
    }
    const held = await this.#claim(client, input.requestedBy);
    try {
      const claimed = await this.#setState(client, held, 'provisioning');
      const tenant = toTenantContext(claimed);
      await this.#refuseLate(claimed, held);
      await runSaga(held, this.#sagaSteps(tenant), this.#options(claimed, { held, onProgress }));
      const ready = await this.#activate(claimed, held);
      await this.#services.tenants.invalidate(ready.tenantId);
      return { tenant: ready, created: true };
    } finally {
      await held.release();
    }
  }

  /** The tenant's record, new or from an earlier call with the same slug. */
  async #reserve(input: ProvisionTenantInput): Promise<SaasClient> {
    const repository = this.#services.mongo.platform(saasClients);
    const known = await repository.findOne({ slug: input.slug }, { includeDeleted: true, readFrom: 'primary' });
    if (known !== undefined) return refuseOther(known, input);
    if (PLAN_LIMITS[input.plan].isolation === 'collection') await refuseOverBudget(this.#services, this.#budget);
    try {
      return await repository.insert({ client_id: newTenantId(), ...newSaasClient(input, { quota_overrides: input.overrides ?? null }) });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const other = await repository.findOne({ slug: input.slug }, { includeDeleted: true, readFrom: 'primary' });
      if (other !== undefined) return refuseOther(other, input); // created by somebody else since we looked, or deleted
      throw new ConflictError('There is a tenant with this e-mail address.', { cause: error, details: { conflictWith: 'email' } });
    }
  }

  /** Makes this process the only runner of the tenant's provisioning. */
  async #claim(client: SaasClient, requestedBy: string): Promise<HeldOperation> {
    const { client_id: tenantId, provisioning } = client;
    const operations = this.#services.mongo.platform(tenantOperations);
    const operationId = deriveId('op', tenantId, 'provision');
    if (provisioning.operation_id !== null && provisioning.operation_id !== operationId) {
      const other = await operations.find(provisioning.operation_id, { readFrom: 'primary' });
      if (other !== undefined && isOpen(other)) throw runningElsewhere(other);
    }
    try {
      return new HeldOperation(
        this.#services,
        await openOperation(this.#services, { operationId, tenantId, kind: 'provision', input: {}, requestedBy }),
      );
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
    return takeOver(this.#services, await operations.get(operationId, { readFrom: 'primary' }));
  }

  /** Again after the reservation, which makes the tenant count: of two that take the last place at once, none gets past here. */
  async #refuseLate(client: SaasClient, held: HeldOperation): Promise<void> {
    if (client.isolation.model !== 'collection') return;
    try {
      await refuseOverBudget(this.#services, this.#budget, client.client_id);
    } catch (error) {
      await this.#setState(client, held, 'failed');
      await held.record({ state: 'failed', ...NO_LEASE });
      throw error;
    }
  }

  #sagaSteps(tenant: TenantContext): SagaStep[] {
    return this.#steps.map((step) => ({
      name: step.name,
      run: () => runWithTenant(tenant, () => step.run(tenant)),
      compensate: async () => runWithTenant(tenant, () => step.compensate?.(tenant)),
    }));
  }

  #options(client: SaasClient, { held, onProgress }: { held: HeldOperation; onProgress: SagaProgress }) {
    const { logger, clock, faults } = this.#services;
    const onFailure = async (error: unknown): Promise<void> => {
      await this.#setState(client, held, 'failed');
      await announce(this.#services, { fact: failureOf(held.row, error), operation: held.row });
    };
    return { logger, now: () => clock.now(), onProgress, faults, onFailure };
  }

  /**
   * The tenant, its event and the log in one transaction; without transactions in this order, and after a kill in between the next call closes the
   * operation of the ready tenant. Guarded by the version since the claim: a runner that slept past its lease cannot wake a tenant that was suspended
   * meanwhile.
   */
  async #activate(client: SaasClient, held: HeldOperation): Promise<TenantContext> {
    const { mongo } = this.#services;
    const eventId = await eventIdOf(held);
    const provisioning = { ...client.provisioning, state: 'ready' as const, operation_id: held.row.operation_id };
    const change = { set: { status: 'active' as const, provisioning, activated_at: new Date(this.#services.clock.now()) } };
    let ready = client;
    await held.recordWith({ state: 'succeeded', ...NO_LEASE }, async () => {
      ready = await mongo.platform(saasClients).update(client.client_id, change, { expectedVersion: client.__v });
      await announce(this.#services, { fact: provisionedFact(ready), operation: held.row, eventId });
    });
    return toTenantContext(ready);
  }

  async #close(operationId: string | null): Promise<void> {
    if (operationId === null) return;
    const repository = this.#services.mongo.platform(tenantOperations);
    const operation = await repository.find(operationId);
    if (operation === undefined || operation.kind !== 'provision' || operation.state === 'succeeded') return;
    await repository.update(operationId, { set: { state: 'succeeded', ...NO_LEASE } });
  }

  /** What operators see of the progress. */
  #setState(client: SaasClient, { row }: HeldOperation, state: 'provisioning' | 'failed'): Promise<SaasClient> {
    const change = { set: { provisioning: { ...client.provisioning, state, operation_id: row.operation_id } } };
    return this.#services.mongo.platform(saasClients).update(client.client_id, change, { expectedVersion: client.__v });
  }
}
