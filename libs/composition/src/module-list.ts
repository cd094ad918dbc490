import {
  type CollectionDefinition,
  MIGRATION_COLLECTIONS,
  type Migration,
  OUTBOX_COLLECTIONS,
  sortMigrations,
  STREAM_COLLECTIONS,
  type StreamDefinition,
} from '@caas/data-access-mongo';
import { type ResourceGuard, type RouteDefinition } from '@caas/gateway-middleware';
import { type ConsumerDefinition, internalDlq, retryTopicsOf, type TopicDefinition } from '@caas/messaging-kafka';
import { type AuditTrail } from '@caas/runtime';
import { type BackgroundJob } from './background-job.js';
import { type JobKind } from './job-kind.js';
import { type ModuleDefinition, type Part } from './define-module.js';
import { type ProvisioningStep } from './provisioning-step.js';
// Of the type alone, so that nothing is loaded: it would bring the generator of names into every process.
import type { Seed } from './seeding/define-seed.js';
import { type Services } from './services.js';
import { type Signal } from './signal.js';
import { type UsageCount } from './usage-count.js';
import { type UserData } from './user-data.js';

/** What an app does with the list of modules. */
export class ModuleList {
  readonly collections: readonly CollectionDefinition[];
  readonly topics: readonly TopicDefinition[];
  readonly #modules: readonly ModuleDefinition[];
  readonly #retryGroups: readonly string[];

  /** Throws when two modules, collections or topics have one name: a definition has one owner. */
  constructor(modules: readonly ModuleDefinition[]) {
    this.#modules = distinct('module', modules, ({ name }) => name);
    this.collections = [
      ...modules.flatMap(({ collections }) => collections),
      ...MIGRATION_COLLECTIONS,
      ...STREAM_COLLECTIONS,
      ...OUTBOX_COLLECTIONS,
    ];
    this.#retryGroups = modules.flatMap(({ retryGroups = [] }) => retryGroups);
    this.topics = [...modules.flatMap(({ topics }) => topics), ...this.#retryGroups.flatMap(retryTopicsOf), internalDlq];
    distinct('collection', this.collections, ({ name }) => name);
    distinct('topic', this.topics, ({ family }) => family);
  }

  routes(services: Services): Promise<RouteDefinition[]> {
    return this.#collect(services, ({ routes }) => routes);
  }

  /** Throws `TypeError` when a consumer wants retry topics that no module lists, or the other way round. */
  async consumers(services: Services): Promise<ConsumerDefinition[]> {
    const consumers = await this.#collect(services, (module) => module.consumers);
    const wanted = consumers.filter(({ retries }) => retries === true).map(({ group }) => group);
    const unlisted = wanted.find((group) => !this.#retryGroups.includes(group));
    if (unlisted !== undefined) throw new TypeError(`The group ${unlisted} retries: list it in the retryGroups of its module.`);
    const unused = this.#retryGroups.find((group) => !wanted.includes(group));
    if (unused !== undefined)
      throw new TypeError(`The group ${unused} is listed in retryGroups, but its consumer does not say retries: true.`);
    return consumers;
  }

  async jobs(services: Services): Promise<BackgroundJob[]> {
    return distinct('job', await this.#collect(services, (module) => module.jobs), ({ name }) => name);
  }

  async signals(services: Services): Promise<Signal[]> {
    return distinct('signal', await this.#collect(services, (module) => module.signals), ({ rule }) => rule.name);
  }

  async streams(services: Services): Promise<StreamDefinition[]> {
    return distinct('change stream', await this.#collect(services, (module) => module.streams), ({ name }) => name);
  }

  /** Where entries of the security trail go. Throws `TypeError` unless exactly one module says so. */
  async audit(services: Services): Promise<AuditTrail> {
    const [trail, ...others] = await this.#collect(services, (module) => module.audit);
    if (trail === undefined || others.length > 0) throw new TypeError('Exactly one module has to keep the security trail.');
    return trail;
  }

  async guards(services: Services): Promise<ResourceGuard[]> {
    return distinct('guard of the resource', await this.#collect(services, (module) => module.guards), ({ type }) => type);
  }

  async work(services: Services): Promise<JobKind[]> {
    return distinct('kind of jobs', await this.#collect(services, (module) => module.work), ({ kind }) => kind);
  }

  /** In the order of the modules: what refers to users before the users. */
  async userData(services: Services): Promise<UserData[]> {
    return (await this.#collect(services, (module) => module.userData)).toReversed();
  }

  async usage(services: Services): Promise<UsageCount[]> {
    return distinct('count of the resource', await this.#collect(services, (module) => module.usage), ({ resource }) => resource);
  }

  async provisioning(services: Services): Promise<ProvisioningStep[]> {
    return distinct('provisioning step', await this.#collect(services, ({ provisioning }) => provisioning), ({ name }) => name);
  }

  /** Of all modules, in the order of their versions. Throws `TypeError` when two have the same version. */
  async migrations(): Promise<Migration[]> {
    const parts = await Promise.all(this.#modules.map(async ({ migrations }) => (await migrations?.())?.default ?? []));
    return sortMigrations(parts.flat());
  }

  /** Of all modules, in their order. Loads the generator of names. */
  async seeds(): Promise<Seed[]> {
    const seeds: Seed[] = [];
    for (const module of this.#modules) seeds.push(...((await module.seeds?.())?.default ?? []));
    return distinct('seed', seeds, ({ name }) => name);
  }

  /** The name of the module that lists a collection; `undefined` for what belongs to the infrastructure. */
  ownerOf(collection: CollectionDefinition): string | undefined {
    return this.#modules.find(({ collections }) => collections.includes(collection))?.name;
  }

  async #collect<Product>(services: Services, partOf: (module: ModuleDefinition) => Part<Product> | undefined): Promise<Product[]> {
    const parts = await Promise.all(this.#modules.map(async (module) => (await partOf(module)?.())?.default(services) ?? []));
    return parts.flat();
  }
}

/** The same items. Throws `TypeError` when two of them have one name. */
function distinct<List extends readonly unknown[]>(kind: string, items: List, nameOf: (item: List[number]) => string): List {
  const names = items.map(nameOf);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`There are two definitions of the ${kind} "${twice}". Rename one of them.`);
  return items;
}
