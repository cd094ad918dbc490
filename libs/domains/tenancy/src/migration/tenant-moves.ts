import { op } from '@caas/data-access-mongo';
import { ConflictError, type IsolationModel } from '@caas/runtime';
import { takeOver } from '../lifecycle/claim-operation.js';
import { NO_LEASE } from '../lifecycle/held-operation.js';
import { type LifecycleEnvironment } from '../lifecycle/lifecycle-operation.js';
import { type SagaProgress } from '../lifecycle/saga.js';
import { tenantCollections } from '../lifecycle/tenant-collections.js';
import { type LifecyclePreview, TenantLifecycle } from '../lifecycle/tenant-lifecycle.js';
import { type TenantOperation, tenantOperations } from '../provisioning/tenant-operations.collection.js';
import { type SaasClient } from '../tenants/tenants.collection.js';
import { factsOf, type MoveFacts, readClient, tenantAt } from './move-plan.js';
import { KEEP_DAYS, migrate, undoMove } from './move-tenant.js';

/** A move with what it noted. */
export interface Move {
  readonly operation: TenantOperation;
  readonly facts: MoveFacts;
}

/** Moves of tenants between isolation strategies, for operators. */
export class TenantMoves {
  readonly #environment: LifecycleEnvironment;
  readonly #lifecycle: TenantLifecycle;

  constructor(environment: LifecycleEnvironment) {
    this.#environment = environment;
    this.#lifecycle = new TenantLifecycle(environment);
  }

  /** What a move would do; writes nothing. */
  preview(tenantId: string, to: IsolationModel): Promise<LifecyclePreview> {
    return this.#lifecycle.preview(migrate, { tenantId, input: { to, keep_days: KEEP_DAYS } });
  }

  /**
   * Moves the tenant and resolves when it has moved; goes on with a move to the same place that was killed or failed. Rejects with `ConflictError`
   * (RES_STATE) when something else is being done to the tenant, and with a step's own error: one that may succeed later leaves everything as it is,
   * one that fails for good leaves no trace.
   */
  async move(
    tenantId: string,
    {
      to,
      keepDays = KEEP_DAYS,
      requestedBy,
      onProgress,
    }: { to: IsolationModel; keepDays?: number; requestedBy: string; onProgress?: SagaProgress },
  ): Promise<Move> {
    const unfinished = await this.#unfinished(tenantId);
    if (unfinished === undefined) {
      const input = { to, keep_days: keepDays };
      return moveOf(await this.#lifecycle.begin(migrate, { tenantId, input, requestedBy, onProgress }));
    }
    if (unfinished.input['to'] !== to) throw otherPlace(unfinished);
    return moveOf(await this.#lifecycle.resume(unfinished.operation_id, onProgress));
  }

  /** The moves of a tenant, the newest first; at most twenty. */
  async list(tenantId: string): Promise<Move[]> {
    const repository = this.#environment.mongo.platform(tenantOperations);
    const found = await repository.findMany(
      { tenant_id: tenantId, kind: 'migrate' },
      { sort: { created_at: -1 }, limit: 20, readFrom: 'primary' },
    );
    return found.map(moveOf);
  }

  /**
   * Takes a move back that has not been cut over and that nobody works on: afterwards the tenant is as it was. Rejects with `ConflictError` when there is
   * none, when its runner is at work (its lease ends a minute after it was killed), and once the tenant has moved.
   */
  async abort(tenantId: string): Promise<TenantOperation> {
    const unfinished = await this.#unfinished(tenantId);
    if (unfinished === undefined) throw new ConflictError('There is no move of this tenant to take back.', { code: 'RES_STATE' });
    const client = await readClient(this.#environment.mongo, tenantId);
    const { to } = factsOf(unfinished);
    if (to !== undefined && client.isolation.epoch >= to.epoch) {
      throw new ConflictError('The tenant has moved. Finish the move by running it again, then move it back.', { code: 'RES_STATE' });
    }
    const held = await takeOver(this.#environment, unfinished);
    try {
      await held.record({ state: 'rolling_back' });
      await undoMove({ operation: held.row }, { environment: this.#environment, clientId: tenantId });
      await held.record({ state: 'rolled_back', ...NO_LEASE });
      return held.row;
    } finally {
      await held.release();
    }
  }

  /**
   * Removes old places that are kept since moves, once their time is over or, with `now`, at once. Never the place where the data is, and nothing while
   * something is being done to the tenant (`ConflictError`). Resolves with the models whose places are gone.
   */
  async dropKept(tenantId: string, { now = false } = {}): Promise<IsolationModel[]> {
    const { mongo, clock, collections } = this.#environment;
    const client = await readClient(mongo, tenantId);
    if (client.provisioning.state !== 'ready') throw new ConflictError('The tenant is being changed.', { code: 'RES_STATE' });
    const dropped: IsolationModel[] = [];
    for (const { operation, facts } of newestOfEachPlace(client, await this.list(tenantId))) {
      const { kept } = facts;
      if (kept === undefined || kept.dropped_at !== null || (!now && Date.parse(kept.until) > clock.now())) continue;
      await mongo.operateOnTenant(tenantAt(client, kept.place)).drop(tenantCollections(collections));
      const result = { ...operation.result, kept: { ...kept, dropped_at: new Date(clock.now()).toISOString() } };
      await mongo.platform(tenantOperations).update(operation.operation_id, { set: { result } }, { expectedVersion: operation.__v });
      dropped.push(kept.place.model);
    }
    return dropped;
  }

  /** The tenant's move that has neither succeeded nor been taken back. */
  #unfinished(tenantId: string): Promise<TenantOperation | undefined> {
    return this.#environment.mongo
      .platform(tenantOperations)
      .findOne(
        { tenant_id: tenantId, kind: 'migrate', state: op.in(['queued', 'running', 'verifying', 'failed', 'rolling_back']) },
        { sort: { created_at: -1 }, readFrom: 'primary' },
      );
  }
}

/** The move that left each place last, without the place where the data is. */
function newestOfEachPlace({ isolation }: SaasClient, moves: readonly Move[]): Move[] {
  const seen = new Set<IsolationModel>([isolation.model]);
  return moves.filter(({ operation, facts }) => {
    const model = facts.kept?.place.model;
    if (operation.state !== 'succeeded' || model === undefined || seen.has(model)) return false;
    seen.add(model);
    return true;
  });
}

function moveOf(operation: TenantOperation): Move {
  return { operation, facts: factsOf(operation) };
}

function otherPlace({ operation_id, input }: TenantOperation): ConflictError {
  const message = `Move ${operation_id} to ${JSON.stringify(input['to'])} has not ended. Finish it, or take it back.`;
  return new ConflictError(message, { code: 'RES_STATE', details: { reason: 'operation_running', conflictWith: operation_id } });
}
