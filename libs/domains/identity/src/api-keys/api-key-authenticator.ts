import { type Mongo } from '@caas/data-access-mongo';
import { type Cache, type RedisAccess } from '@caas/data-access-redis';
import { type Permission, permissionsOf } from '@caas/gateway-middleware';
import {
  ACTOR_OF_KEY_TYPE,
  AuthenticationError,
  type Authenticator,
  type Clock,
  type ErrorCode,
  type KeyRestrictions,
  NetworkList,
  type Principal,
  UnavailableError,
} from '@caas/runtime';
import { parseTenantId, type TenantId } from '@caas/schema';
import { LRUCache } from 'lru-cache';
import { hasApiKeyForm, lookupOf } from './api-key-format.js';
import { compileEndpoints } from './endpoint-glob.js';
import { keyFactsCache } from './key-facts-cache.js';
import { type KeyFacts, type KeyStanding, loadKeyFacts } from './key-facts.js';

/** A key that is good as long as neither of its times has come. */
interface Known {
  readonly principal: Principal;
  readonly lookup: string;
  /** Epoch milliseconds; infinite for a key without expiry. */
  readonly expiresAt: number;
  /** The same of the time of grace of a key that was replaced. */
  readonly replacedAt: number;
}

/** A verdict as it is cached: by the full credential, so that a hit costs one look-up and no hashing. */
type Verdict = Known | { readonly refused: Refusal; readonly lookup: string | undefined };

const KNOWN_TTL_MS = 5_000;
const REFUSED_TTL_MS = 60_000;
/** Both keys of ten thousand tenants, and room for refusals. */
const ENTRIES_MAX = 25_000;
/** Keys have scopes. */
const NO_ROLES: readonly string[] = [];
/** What one verdict weighs in the list. */
const VERDICT_SIZE = 1;

const REFUSALS = {
  AUTH_KEY_INVALID: 'The API key is not valid.',
  AUTH_KEY_REVOKED: 'The API key was revoked.',
  AUTH_KEY_EXPIRED: 'The API key has expired.',
  TENANT_APP_DISABLED: 'The application of the API key is disabled.',
} as const satisfies Partial<Record<ErrorCode, string>>;
type Refusal = keyof typeof REFUSALS;

const REFUSAL_OF: Readonly<Record<Exclude<KeyStanding, 'active'>, Refusal>> = {
  revoked: 'AUTH_KEY_REVOKED',
  expired: 'AUTH_KEY_EXPIRED',
  misplaced: 'AUTH_KEY_INVALID',
  app_disabled: 'TENANT_APP_DISABLED',
};

export interface ApiKeyAuthenticatorOptions {
  readonly mongo: Mongo;
  readonly redis: Pick<RedisAccess, 'cache'>;
  readonly peppers: readonly { readonly kid: string; readonly pepper: Buffer }[];
  readonly clock: Clock;
  /** Milliseconds for which Redis keeps the facts about a key; five minutes unless given. */
  readonly factsTtlMs?: number;
}

/**
 * Turns API keys into principals. A key carries 256 random bits, so an HMAC with the server's pepper is both how it is found and how it is
 * kept: one indexed read on a miss, none on a hit. Verdicts are cached in this process, refusals too; concurrent misses of one key share a
 * read. Facts are cached in Redis besides, whose invalidations reach every process at once. A store that does not answer is an error, never a verdict.
 */
export class ApiKeyAuthenticator implements Authenticator {
  readonly #options: ApiKeyAuthenticatorOptions;
  readonly #facts: Cache<KeyFacts>;
  readonly #verdicts: LRUCache<string, Verdict>;
  /** Counts what was forgotten: a read that began before may be older. */
  #forgotten = 0;

  constructor(options: ApiKeyAuthenticatorOptions) {
    this.#options = options;
    this.#facts = keyFactsCache(options.redis, {
      ttlMs: options.factsTtlMs,
      onForgotten: (lookup) => void this.#forgetWhere((verdict) => lookup === undefined || verdict.lookup === lookup),
    });
    this.#verdicts = new LRUCache({
      maxSize: ENTRIES_MAX, // `max` would allocate all of it now
      sizeCalculation: () => VERDICT_SIZE,
      ttl: KNOWN_TTL_MS,
      ignoreFetchAbort: true,
      fetchMethod: async (apiKey, _stale, { options: entry }) => {
        const forgotten = this.#forgotten;
        const verdict = verdictOn(await this.#factsOf(apiKey));
        if ('refused' in verdict && verdict.refused !== 'TENANT_APP_DISABLED') entry.ttl = REFUSED_TTL_MS;
        if (forgotten !== this.#forgotten) entry.ttl = 1;
        return verdict;
      },
    });
  }

  authenticate(apiKey: string): Principal | Promise<Principal> {
    const verdict = this.#verdicts.get(apiKey);
    if (verdict !== undefined) return this.#judge(verdict);
    if (!hasApiKeyForm(apiKey)) throw refusal('AUTH_KEY_INVALID');
    return this.#verdicts.forceFetch(apiKey).then((loaded) => this.#judge(loaded));
  }

  /** Asks the store again about the keys of a tenant that are meant, or all of them, at the next request that comes with one. */
  forget(tenantId: TenantId, isMeant: (principal: Principal) => boolean = () => true): void {
    for (const lookup of this.#forgetWhere(
      (verdict) => 'principal' in verdict && verdict.principal.tenantId === tenantId && isMeant(verdict.principal),
    ))
      void this.#facts.delete(lookup);
  }

  /** The look-up values of what was forgotten. */
  #forgetWhere(isMeant: (verdict: Verdict) => boolean): string[] {
    this.#forgotten += 1;
    const forgotten = [...this.#verdicts.entries()].filter(([, verdict]) => isMeant(verdict));
    for (const [apiKey] of forgotten) this.#verdicts.delete(apiKey);
    return forgotten.flatMap(([, { lookup }]) => lookup ?? []);
  }

  /** Redis knows keys by the pepper of now. What an older one signed is read from the store: what changes it could not be told to forget. */
  async #factsOf(apiKey: string): Promise<KeyFacts | undefined> {
    const { mongo, peppers } = this.#options;
    const lookups = peppers.map(({ pepper }) => lookupOf(apiKey, pepper));
    const [current = '', ...older] = lookups;
    let read: { readonly facts: KeyFacts | undefined } | undefined;
    const known = await this.#facts.wrap(current, async () => {
      read = { facts: await loadKeyFacts(mongo, lookups) };
      return read.facts?.lookup === current ? read.facts : undefined;
    });
    return known ?? (read === undefined ? loadKeyFacts(mongo, older) : read.facts);
  }

  #judge(verdict: Verdict): Principal {
    if ('refused' in verdict) throw refusal(verdict.refused);
    const now = this.#options.clock.now();
    if (verdict.replacedAt <= now) throw refusal('AUTH_KEY_REVOKED');
    if (verdict.expiresAt <= now) throw refusal('AUTH_KEY_EXPIRED');
    return verdict.principal;
  }
}

function verdictOn(facts: KeyFacts | undefined): Verdict {
  if (facts === undefined) return { refused: 'AUTH_KEY_INVALID', lookup: undefined };
  const { lookup, standing, expiresAt, replacedAt } = facts;
  if (standing !== 'active') return { refused: REFUSAL_OF[standing], lookup };
  return {
    principal: principalOf(facts),
    lookup,
    expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
    replacedAt: replacedAt ?? Number.POSITIVE_INFINITY,
  };
}

function principalOf(facts: KeyFacts): Principal {
  const permissions: ReadonlySet<Permission> = permissionsOf(facts.scopes);
  const restrictions = restrictionsOf(facts);
  return {
    actor: ACTOR_OF_KEY_TYPE[facts.type],
    authType: 'api_key',
    tenantId: parseTenantId(facts.tenantId),
    appId: facts.appId,
    subjectId: facts.keyId,
    keyId: facts.keyId,
    roles: NO_ROLES,
    environment: facts.environment,
    permissions,
    ...(restrictions !== undefined && { restrictions }),
    ...(facts.rateLimit !== null && { rateLimit: facts.rateLimit }),
  };
}

function restrictionsOf({ endpoints, networks, requestsMax: max, requestsUsed: used }: KeyFacts): KeyRestrictions | undefined {
  const allowsPath = compileEndpoints(endpoints);
  if (allowsPath === undefined && networks.length === 0 && max < 0) return undefined;
  return {
    ...(networks.length > 0 && { networks: new NetworkList(networks) }),
    ...(allowsPath !== undefined && { allowsPath }),
    ...(max >= 0 && { requests: { max, used } }),
  };
}

function refusal(code: Refusal): Error {
  const message = REFUSALS[code];
  return code === 'TENANT_APP_DISABLED' ? new UnavailableError(message, { code }) : new AuthenticationError(code, message);
}
