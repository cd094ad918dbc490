import { type CollectionDefinition } from '@caas/data-access-mongo';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { type ConsumerDefinition, type TopicDefinition } from '@caas/messaging-kafka';
import { type ProvisioningStep } from './provisioning-step.js';
import { type Services } from './services.js';

/** A part that only one kind of process needs: loaded when asked for, built from the services of the process. */
export type Part<Product> = () => Promise<{ readonly default: (services: Services) => readonly Product[] }>;

/** The manifest of a domain: everything it adds, said once. The apps take from it what they need. */
export interface ModuleDefinition {
  readonly name: string;
  /** Known to provisioning, to `caas-admin schema` and to the seeder. */
  readonly collections: readonly CollectionDefinition[];
  /** Known to the topic admin, to the registry, to producers and consumers. */
  readonly topics: readonly TopicDefinition[];
  /** Taken by the gateway. */
  readonly routes?: Part<RouteDefinition>;
  /** Taken by the worker. */
  readonly consumers?: Part<ConsumerDefinition>;
  /** Taken by whatever provisions tenants. */
  readonly provisioning?: Part<ProvisioningStep>;
}

/** Declares a module; keeps its type. */
export function defineModule(definition: ModuleDefinition): ModuleDefinition {
  return definition;
}
