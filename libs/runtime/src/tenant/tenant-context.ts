import { type TenantId } from '@caas/schema';
import { type IsolationModel, type Plan, type PlanLimits } from './plans.js';

export const TENANT_STATUSES = ['pending', 'active', 'suspended', 'cancelled'] as const;
export type TenantStatus = (typeof TENANT_STATUSES)[number];

export const PROVISIONING_STATES = ['none', 'provisioning', 'ready', 'failed', 'migrating', 'deleting', 'purged'] as const;
export type ProvisioningState = (typeof PROVISIONING_STATES)[number];

/** Where a tenant's data lives. `epoch` grows with every move, so that a stale copy of the placement is recognised. */
export interface TenantIsolation {
  readonly model: IsolationModel;
  /** Set when `model` is `database`. */
  readonly databaseName?: string;
  readonly epoch: number;
}

export const TOPIC_PLACES = ['shared', 'dedicated'] as const;
export type TopicPlace = (typeof TOPIC_PLACES)[number];

/** Where a tenant's topics are: with those of others, or its own. `epoch` grows with every move, like that of the data. */
export interface TenantTopics {
  readonly place: TopicPlace;
  readonly epoch: number;
}

/** What the code below an edge knows of the tenant it works for. Comes from the tenant's record only, never from a request body. */
export interface TenantContext {
  readonly tenantId: TenantId;
  readonly name: string;
  readonly plan: Plan;
  readonly status: TenantStatus;
  readonly provisioning: ProvisioningState;
  readonly isolation: TenantIsolation;
  /** Absent: where the plan puts them, and never moved. */
  readonly topics?: TenantTopics;
  /** What is in force: the plan's limits with the contract's overrides. */
  readonly limits: PlanLimits;
  /** Calls of its servers and its console come from listed networks only. */
  readonly ipWhitelistEnabled?: boolean;
}

/** Finds tenants by id. Implemented by the tenancy domain over a cache; safe to call on hot paths. */
export interface TenantDirectory {
  /** `undefined` when there is no such tenant; never an invented one. Synchronous when cached. Throws `UnavailableError` when the store is down. */
  get(tenantId: TenantId): TenantContext | undefined | Promise<TenantContext | undefined>;
  /** Call it after every change of the record: forgets the cached copy here at once, and in every other process within a second. Never rejects. */
  invalidate(tenantId: TenantId): Promise<void>;
}
