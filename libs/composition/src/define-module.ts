import { type CollectionDefinition, type Migration, type StreamDefinition } from '@caas/data-access-mongo';
import { type ResourceGuard, type RouteDefinition } from '@caas/gateway-middleware';
import { type ConsumerDefinition, type TopicDefinition } from '@caas/messaging-kafka';
import { type AuditTrail } from '@caas/runtime';
import { type BackgroundJob } from './background-job.js';
import { type JobKind } from './job-kind.js';
import { type ProvisioningStep } from './provisioning-step.js';
// Of the type alone, so that nothing is loaded: it would bring the generator of names into every process.
import type { Seed } from './seeding/define-seed.js';
import { type Services } from './services.js';
import { type Signal } from './signal.js';
import { type UsageCount } from './usage-count.js';
import { type UserData } from './user-data.js';

/** A part that only one kind of process needs: loaded when asked for, built from the services of the process. */
export type Part<Product> = () => Promise<{ readonly default: (services: Services) => readonly Product[] }>;

/** The manifest of a domain: everything it adds, said once. The apps take from it what they need. */
export interface ModuleDefinition {
  readonly name: string;
  /** Known to provisioning, to `caas-admin schema` and to the seeder. */
  readonly collections: readonly CollectionDefinition[];
  /** Known to the topic admin, to the registry, to producers and consumers. */
  readonly topics: readonly TopicDefinition[];
  /** Consumer groups of this module that have retry topics: those whose consumers say `retries: true`. Their topics are made from this. */
  readonly retryGroups?: readonly string[];
  /** Taken by the gateway. */
  readonly routes?: Part<RouteDefinition>;
  /** Taken by the worker. */
  readonly consumers?: Part<ConsumerDefinition>;
  /** Taken by the worker. */
  readonly jobs?: Part<BackgroundJob>;
  /** Taken by the worker: what it watches, to raise alerts. */
  readonly signals?: Part<Signal>;
  /** Taken by the worker: changes of stored rows that something has to follow. */
  readonly streams?: Part<StreamDefinition>;
  /** Taken by whoever keeps the security trail; one module has it. */
  readonly audit?: Part<AuditTrail>;
  /** Taken by whoever answers what a caller may do with one thing. */
  readonly guards?: Part<ResourceGuard>;
  /** Taken by the worker: what can be done for whoever waits for it elsewhere. */
  readonly work?: Part<JobKind>;
  /** Taken by whoever exports and erases users. */
  readonly userData?: Part<UserData>;
  /** Taken by whoever mends quotas. */
  readonly usage?: Part<UsageCount>;
  /** Taken by whoever migrates: changes of stored data, each made once. */
  readonly migrations?: () => Promise<{ readonly default: readonly Migration[] }>;
  /** Taken by `caas-admin seed` and by specs, nobody else: what it loads makes up names. In the order of their references. */
  readonly seeds?: () => Promise<{ readonly default: readonly Seed[] }>;
  /** Taken by whatever provisions tenants. */
  readonly provisioning?: Part<ProvisioningStep>;
}

/** Declares a module; keeps its type. */
export function defineModule(definition: ModuleDefinition): ModuleDefinition {
  return definition;
}
