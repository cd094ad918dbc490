import { type CollectionDefinition } from '@caas/data-access-mongo';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { type ConsumerDefinition, internalDlq, type TopicDefinition } from '@caas/messaging-kafka';
import { type ModuleDefinition, type Part } from './define-module.js';
import { type ProvisioningStep } from './provisioning-step.js';
import { type Services } from './services.js';

/** What an app does with the list of modules. */
export class ModuleList {
  readonly collections: readonly CollectionDefinition[];
  readonly topics: readonly TopicDefinition[];
  readonly #modules: readonly ModuleDefinition[];

  /** Throws when two modules, collections or topics have one name: a definition has one owner. */
  constructor(modules: readonly ModuleDefinition[]) {
    this.#modules = modules;
    refuseTwice(
      'module',
      modules.map(({ name }) => name),
    );
    this.collections = modules.flatMap(({ collections }) => collections);
    this.topics = [...modules.flatMap(({ topics }) => topics), internalDlq];
    refuseTwice(
      'collection',
      this.collections.map(({ name }) => name),
    );
    refuseTwice(
      'topic',
      this.topics.map(({ family }) => family),
    );
  }

  routes(services: Services): Promise<RouteDefinition[]> {
    return this.#collect(services, ({ routes }) => routes);
  }

  consumers(services: Services): Promise<ConsumerDefinition[]> {
    return this.#collect(services, ({ consumers }) => consumers);
  }

  async provisioning(services: Services): Promise<ProvisioningStep[]> {
    const steps = await this.#collect(services, ({ provisioning }) => provisioning);
    refuseTwice(
      'provisioning step',
      steps.map(({ name }) => name),
    );
    return steps;
  }

  async #collect<Product>(services: Services, partOf: (module: ModuleDefinition) => Part<Product> | undefined): Promise<Product[]> {
    const parts = await Promise.all(this.#modules.map(async (module) => (await partOf(module)?.())?.default(services) ?? []));
    return parts.flat();
  }
}

function refuseTwice(kind: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`There are two definitions of the ${kind} "${twice}". Rename one of them.`);
}
