import { type Mongo, op } from '@caas/data-access-mongo';
import { type Permission, permissionsOf } from '@caas/gateway-middleware';
import { ACTOR_OF_KEY_TYPE, AuthenticationError, type Authenticator, type Clock, type ErrorCode, type Principal } from '@caas/runtime';
import { parseTenantId, type TenantId } from '@caas/schema';
import { LRUCache } from 'lru-cache';
import { type ApiKey, apiKeys } from './api-keys.collection.js';
import { hasApiKeyForm, lookupOf } from './api-key-format.js';

/** A key that is good until `expiresAt`. */
interface Known {
  readonly principal: Principal;
  /** Epoch milliseconds; infinite for a key without expiry. */
  readonly expiresAt: number;
}

/** A verdict as it is cached: by the full credential, so that a hit costs one look-up and no hashing. */
type Verdict = Known | { readonly refused: Refusal };

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
} as const satisfies Partial<Record<ErrorCode, string>>;
type Refusal = keyof typeof REFUSALS;

/**
 * Turns API keys into principals. A key carries 256 random bits, so an HMAC with the server's pepper is both how it is found and how it is
 * kept: one indexed read on a miss, none on a hit. Verdicts are cached in this process, refusals too; concurrent misses of one key share a
 * read. A store that does not answer is an error, never a verdict.
 */
export class ApiKeyAuthenticator implements Authenticator {
  readonly #clock: Clock;
  readonly #verdicts: LRUCache<string, Verdict>;
  /** Counts what was forgotten: a read that began before may be older. */
  #forgotten = 0;

  constructor(options: { mongo: Mongo; peppers: readonly { kid: string; pepper: Buffer }[]; clock: Clock }) {
    this.#clock = options.clock;
    this.#verdicts = new LRUCache({
      maxSize: ENTRIES_MAX, // `max` would allocate all of it now
      sizeCalculation: () => VERDICT_SIZE,
      ttl: KNOWN_TTL_MS,
      ignoreFetchAbort: true,
      fetchMethod: async (apiKey, _stale, { options: entry }) => {
        const forgotten = this.#forgotten;
        const lookups = options.peppers.map(({ pepper }) => lookupOf(apiKey, pepper));
        const verdict = verdictOn(await options.mongo.platform(apiKeys).findOne({ key_lookup: op.in(lookups) }, { readFrom: 'primary' }));
        if ('refused' in verdict) entry.ttl = REFUSED_TTL_MS;
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
    this.#forgotten += 1;
    for (const [apiKey, verdict] of this.#verdicts.entries()) {
      if (!('principal' in verdict)) continue;
      const { principal } = verdict;
      if (principal.tenantId === tenantId && isMeant(principal)) this.#verdicts.delete(apiKey);
    }
  }

  #judge(verdict: Verdict): Principal {
    if ('refused' in verdict) throw refusal(verdict.refused);
    if (verdict.expiresAt <= this.#clock.now()) throw refusal('AUTH_KEY_EXPIRED');
    return verdict.principal;
  }
}

function verdictOn(record: ApiKey | undefined): Verdict {
  if (record === undefined) return { refused: 'AUTH_KEY_INVALID' };
  if (record.status === 'revoked') return { refused: 'AUTH_KEY_REVOKED' };
  if (record.status === 'expired') return { refused: 'AUTH_KEY_EXPIRED' };
  return { principal: principalOf(record), expiresAt: record.restrictions.expires_at?.getTime() ?? Number.POSITIVE_INFINITY };
}

function principalOf(record: ApiKey): Principal {
  const permissions: ReadonlySet<Permission> = permissionsOf(record.permissions.scopes);
  return {
    actor: ACTOR_OF_KEY_TYPE[record.type],
    authType: 'api_key',
    tenantId: parseTenantId(record.tenant_id),
    appId: record.app_id,
    subjectId: record.key_id,
    keyId: record.key_id,
    roles: NO_ROLES,
    environment: record.environment,
    permissions,
  };
}

function refusal(code: Refusal): AuthenticationError {
  return new AuthenticationError(code, REFUSALS[code]);
}
