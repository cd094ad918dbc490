import { AppError, type Clock, type Logger } from '@caas/runtime';
import { LRUCache } from 'lru-cache';
import { type Exchange } from '../pipeline/exchange.js';
import { type ApiVersions, askedVersions, vendorType, versionOfPath } from './api-versions.js';
import { type Deprecation, deprecationHeaders, isOver } from './deprecation.js';

/** A caller who goes on using something deprecated is named once in so long. */
const NOTED_MS = 3_600_000;
const CALLERS_MAX = 10_000;

export interface VersionGateOptions {
  readonly versions: ApiVersions;
  /** Deprecations of whole versions. */
  readonly deprecations: ReadonlyMap<string, Deprecation>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly count: (version: string, route: string) => void;
}

/** What one route says and checks about its version. */
export interface RouteGate {
  /** Headers of all of its answers. */
  readonly headers: Readonly<Record<string, string>>;
  /** Throws what answers the request when it asks for another version, or when the route is over. */
  check(exchange: Exchange): void;
  /** Counts and names those who use something deprecated; absent where nothing is. */
  readonly note?: (exchange: Exchange) => void;
}

/** Makes the gates of routes. A request that asks for no version passes with two looks at its headers. */
export class VersionGate {
  readonly #options: VersionGateOptions;
  readonly #noted = new LRUCache<string, true>({ max: CALLERS_MAX, ttl: NOTED_MS });

  constructor(options: VersionGateOptions) {
    this.#options = options;
  }

  /** `undefined` for routes outside of the API: probes, documentation. */
  of(path: string, own: Deprecation | undefined): RouteGate | undefined {
    const { versions, deprecations } = this.#options;
    const version = versionOfPath(path);
    if (version === undefined) return undefined;
    const deprecation = own ?? deprecations.get(version);
    const base = { 'x-api-version': version };
    if (deprecation === undefined) return { headers: base, check: (exchange) => checkVersion(versions, version, exchange) };
    return {
      headers: { ...base, ...deprecationHeaders(deprecation) },
      check: (exchange) => {
        if (isOver(deprecation, this.#options.clock.now())) throw retired(deprecation);
        checkVersion(versions, version, exchange);
      },
      note: (exchange) => this.#note(version, path, exchange),
    };
  }

  #note(version: string, route: string, { principal, requestId }: Exchange): void {
    this.#options.count(version, route);
    const caller = `${principal?.subjectId ?? 'anonymous'} ${route}`;
    if (this.#noted.has(caller)) return;
    this.#noted.set(caller, true);
    const { tenantId, keyId } = principal ?? {};
    this.#options.logger.info(
      { request_id: requestId, tenant_id: tenantId, key_id: keyId, version, route },
      'something deprecated is in use',
    );
  }
}

function checkVersion(versions: ApiVersions, version: string, exchange: Exchange): void {
  const { headers } = exchange;
  if (headers['x-api-version'] === undefined && !(headers.accept ?? '').includes('vnd.caas')) return;
  const asked = askedVersions(headers);
  versions.check(version, asked);
  if (asked.accepted === version) exchange.mediaType = vendorType(version);
}

function retired({ successor }: Deprecation): AppError {
  const next = successor === undefined ? '' : ` Its successor is ${successor}.`;
  return new AppError('VER_RETIRED', `This part of the API is over.${next}`);
}
