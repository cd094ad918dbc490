import { type Mongo, op } from '@caas/data-access-mongo';
import { isAllowedOrigin } from '@caas/gateway-middleware';
import { type ApplicationPolicies, type ApplicationPolicy, type Clock, isPromise } from '@caas/runtime';
import { type ApplicationDirectory, type KnownApplication } from './application-directory.js';
import { applications } from './applications.collection.js';

/** How old the set of all origins may be. */
const ORIGINS_TTL_MS = 60_000;
/** Applications that are read at once. */
const BATCH = 1_000;

export interface ApplicationPolicyDirectoryOptions {
  readonly applications: Pick<ApplicationDirectory, 'get'>;
  readonly mongo: Mongo;
  readonly clock: Clock;
}

/** What the edge has to know of applications: their own limits, and the web pages that may call in their name. */
export class ApplicationPolicyDirectory implements ApplicationPolicies {
  readonly #options: ApplicationPolicyDirectoryOptions;
  /** Made once for each copy of an application that the directory holds. */
  readonly #policies = new WeakMap<KnownApplication, ApplicationPolicy>();
  #origins: { readonly known: readonly string[]; readonly until: number } | undefined;
  #reading: Promise<readonly string[]> | undefined;

  constructor(options: ApplicationPolicyDirectoryOptions) {
    this.#options = options;
  }

  get(appId: string): ApplicationPolicy | undefined | Promise<ApplicationPolicy | undefined> {
    const found = this.#options.applications.get(appId);
    return isPromise(found) ? found.then((application) => this.#policyOf(application)) : this.#policyOf(found);
  }

  allowsOrigin(origin: string): boolean | Promise<boolean> {
    if (this.#origins !== undefined && this.#options.clock.now() < this.#origins.until) return isAllowedOrigin(this.#origins.known, origin);
    this.#reading ??= this.#readOrigins().finally(() => (this.#reading = undefined));
    return this.#reading.then((known) => isAllowedOrigin(known, origin));
  }

  #policyOf(application: KnownApplication | undefined): ApplicationPolicy | undefined {
    if (application === undefined) return undefined;
    let policy = this.#policies.get(application);
    if (policy === undefined) {
      const { rate_limits: limits } = application.config;
      policy = {
        callsPerMinute: limits.api_calls_per_minute,
        messagesPerMinute: limits.messages_per_minute,
        allowedOrigins: originsOf(application),
      };
      this.#policies.set(application, policy);
    }
    return policy;
  }

  /** One read for everybody who asks, a minute at most; the origins of all active applications, each once. */
  async #readOrigins(): Promise<readonly string[]> {
    const known = new Set<string>();
    let after: string | undefined;
    do {
      const filter = { status: 'active' as const, ...(after === undefined ? {} : { app_id: op.gt(after) }) };
      const rows = await this.#options.mongo
        .platform(applications)
        .findMany(filter, { sort: { app_id: 1 }, limit: BATCH, select: ['app_id', 'environment', 'config'] });
      for (const row of rows) for (const origin of originsOf(row)) known.add(origin);
      after = rows.length < BATCH ? undefined : rows.at(-1)?.app_id;
    } while (after !== undefined);
    this.#origins = { known: [...known], until: this.#options.clock.now() + ORIGINS_TTL_MS };
    return this.#origins.known;
  }
}

/** In production only what came over HTTPS. */
function originsOf({ environment, config }: Pick<KnownApplication, 'environment' | 'config'>): readonly string[] {
  const origins = config.allowed_origins;
  return environment === 'production' ? origins.filter((origin) => origin.startsWith('https://')) : origins;
}
