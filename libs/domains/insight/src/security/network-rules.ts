import { type Mongo } from '@caas/data-access-mongo';
import { type Cache, type RedisAccess } from '@caas/data-access-redis';
import {
  type Actor,
  type AddressRule,
  type AdmittedCall,
  AuthorizationError,
  type Call,
  type CallRule,
  type Clock,
  isPromise,
  NetworkList,
} from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { blockedIps } from './blocked-ips.collection.js';
import { ipWhitelist } from './ip-whitelist.collection.js';

/** Networks of one list at most. */
const NETWORKS_MAX = 10_000;
/** How long a block that was set past the API, or whose message got lost, goes unnoticed. */
const GLOBAL_TTL_MS = 5_000;
const TENANT_TTL_MS = 60_000;
/** Lists that are out of date are better than none while the store is away. */
const STALE_MS = 600_000;
const TENANTS_MAX = 10_000;
const EVERYWHERE = 'global';

/** Whose calls come from networks that a tenant can list; users are wherever they are. */
const LISTED_ACTORS: ReadonlySet<Actor> = new Set<Actor>(['key', 'webhook_key', 'admin']);

/** What one tenant refuses and permits. */
interface TenantNetworks {
  readonly blocked: NetworkList;
  /** By application; `*` for all of them. */
  readonly allowed: Readonly<Record<string, NetworkList>>;
}
const ALL_APPLICATIONS = '*';

/**
 * Refuses calls by the address they come from: first what is blocked everywhere, then what the tenant blocks, then, where the tenant asks for that, what is on
 * none of its lists. The lists are in this process; a change is heard of at once.
 */
export class NetworkRules {
  readonly addresses: AddressRule = { check: (call) => this.#checkAddress(call) };
  readonly tenants: CallRule = { check: (call) => this.#checkTenant(call) };
  readonly #mongo: Mongo;
  readonly #clock: Clock;
  readonly #everywhere: Cache<NetworkList>;
  readonly #ofTenants: Cache<TenantNetworks>;

  constructor({ mongo, redis, clock }: { mongo: Mongo; redis: Pick<RedisAccess, 'cache'>; clock: Clock }) {
    this.#mongo = mongo;
    this.#clock = clock;
    this.#everywhere = redis.cache('blocked_networks', { l1TtlMs: GLOBAL_TTL_MS, staleMs: STALE_MS, l1Max: 1 });
    this.#ofTenants = redis.cache('tenant_networks', { l1TtlMs: TENANT_TTL_MS, staleMs: STALE_MS, l1Max: TENANTS_MAX });
  }

  /** Call it after every change of a tenant's lists, or of the one that holds everywhere (`null`): in force on every gateway at once. Never rejects. */
  async changed(tenantId: TenantId | null): Promise<void> {
    await (tenantId === null ? this.#everywhere.delete(EVERYWHERE) : this.#ofTenants.delete(tenantId));
  }

  #checkAddress({ ip }: Call): void | Promise<void> {
    const blocked = this.#everywhere.wrap(EVERYWHERE, () => this.#blocked({ scope: 'global' }));
    if (isPromise(blocked)) return blocked.then((list) => refuseBlocked(list, ip));
    return refuseBlocked(blocked, ip);
  }

  #checkTenant(call: AdmittedCall): void | Promise<void> {
    const { tenant } = call;
    if (tenant === undefined) return;
    const { tenantId } = tenant;
    const networks = this.#ofTenants.wrap(tenantId, () => this.#load(tenantId));
    if (isPromise(networks)) return networks.then((loaded) => refuseOutside(loaded, call));
    return refuseOutside(networks, call);
  }

  async #load(tenantId: TenantId): Promise<TenantNetworks> {
    const [blocked, rows] = await Promise.all([
      this.#blocked({ scope: 'tenant', tenant_id: tenantId }),
      this.#mongo
        .platform(ipWhitelist)
        .findMany({ tenant_id: tenantId, enabled: true }, { limit: NETWORKS_MAX, select: ['cidr', 'app_id', 'expires_at'] }),
    ]);
    const byApplication = new Map<string, string[]>();
    for (const { cidr, app_id, expires_at } of rows) {
      if (expires_at !== null && expires_at.getTime() <= this.#clock.now()) continue;
      const list = byApplication.get(app_id ?? ALL_APPLICATIONS) ?? [];
      byApplication.set(app_id ?? ALL_APPLICATIONS, [...list, cidr]);
    }
    return { blocked, allowed: Object.fromEntries([...byApplication].map(([appId, networks]) => [appId, new NetworkList(networks)])) };
  }

  async #blocked(where: { scope: 'global' } | { scope: 'tenant'; tenant_id: TenantId }): Promise<NetworkList> {
    const rows = await this.#mongo.platform(blockedIps).findMany(where, { limit: NETWORKS_MAX, select: ['cidr', 'blocked_until'] });
    const now = this.#clock.now();
    return new NetworkList(rows.filter(({ blocked_until: until }) => until === null || until.getTime() > now).map(({ cidr }) => cidr));
  }
}

function refuseBlocked(blocked: NetworkList | undefined, ip: string): void {
  if (blocked?.has(ip) === true) throw new AuthorizationError('AUTH_IP_BLOCKED', 'Requests from this address are refused.');
}

function refuseOutside(networks: TenantNetworks | undefined, { ip, principal, tenant }: AdmittedCall): void {
  if (networks === undefined) return;
  refuseBlocked(networks.blocked, ip);
  if (tenant?.ipWhitelistEnabled !== true || principal === undefined || !LISTED_ACTORS.has(principal.actor)) return;
  for (const appId of [ALL_APPLICATIONS, principal.appId]) {
    if (appId === null || networks.allowed[appId]?.has(ip) !== false) continue;
    throw new AuthorizationError('AUTH_IP_NOT_ALLOWED', 'The tenant permits calls from listed networks only, and this is none of them.');
  }
}
