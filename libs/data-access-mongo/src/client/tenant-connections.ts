import { type TenantContext, UnavailableError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { namespaceOf } from '../tenancy/namespaces.js';
import { ClientCache } from './client-cache.js';
import { type ClientEnvironment, openClient, type WatchedClient } from './open-client.js';
import { type PoolStats } from './pool-stats.js';
import { type DatabaseLogin, tenantUri } from './tenant-uri.js';

/** Where the logins of the tenants' own database users come from. */
export interface TenantCredentials {
  /** `undefined`: the tenant has no user of its own and shares the process's client. Asked again at the latest after a minute. */
  loginOf(tenant: TenantContext): Promise<DatabaseLogin | undefined>;
}

export interface TenantConnectionsOptions {
  readonly uri: string;
  /** The process's own client, for tenants without a login. */
  readonly main: WatchedClient;
  readonly credentials: TenantCredentials;
  readonly environment: ClientEnvironment;
  readonly databasePrefix: string;
}

/** A client that is held open for its borrower. */
export interface TenantConnection {
  readonly client: WatchedClient;
  /** Set when it is the tenant's own client. */
  readonly tenantId: TenantId | undefined;
}

const CLIENTS_MAX = 50;
const IDLE_MS = 10 * 60_000;
const SWEEP_MS = 60_000;
/** How long a tenant counts as having no login. */
const WITHOUT_LOGIN_MS = 60_000;
const WITHOUT_LOGIN_MAX = 10_000;

/** The driver's discovery looks for a server all the time that the caller may wait; more attempts would only make it wait longer. */
const ONE_ATTEMPT = { attemptsMax: 1, delayInitialMs: 0, delayMaxMs: 0 } as const;

/** Clients of tenants with credentials of their own: at most 50, the idle ones closed after ten minutes, never one that is in use. */
export class TenantConnections {
  readonly #options: TenantConnectionsOptions;
  readonly #clients: ClientCache<WatchedClient>;
  readonly #open = new Map<TenantId, WatchedClient>();
  readonly #withoutLogin = new Map<TenantId, number>();
  readonly #sweep: NodeJS.Timeout;

  constructor(options: TenantConnectionsOptions) {
    this.#options = options;
    const { environment } = options;
    this.#clients = new ClientCache({
      close: (client) => this.#closeClient(client),
      clientsMax: CLIENTS_MAX,
      idleMs: IDLE_MS,
      waitMs: environment.settings.MONGODB_WAIT_QUEUE_TIMEOUT_MS,
      now: environment.now,
      onSize: (clients) => environment.metrics.setTenantClients(clients),
    });
    this.#sweep = setInterval(() => void this.#clients.closeIdle(), SWEEP_MS).unref();
  }

  /**
   * The client that reaches the tenant's database, held open until {@link releaseConnection}. Rejects with `UnavailableError` (`pool_exhausted`) when all
   * clients are in use for as long as a caller waits for a connection, and as `loginOf` and the first connection do.
   */
  async getConnection(tenant: TenantContext): Promise<TenantConnection> {
    const { tenantId } = tenant;
    const login = this.#clients.has(tenantId) ? undefined : await this.#loginOf(tenant);
    // A client that came about while we asked will do as well.
    if (login === undefined && !this.#clients.has(tenantId)) return { client: this.#options.main, tenantId: undefined };
    return { client: await this.#clients.acquire(tenantId, () => this.#openClient(tenant, login)), tenantId };
  }

  /** Gives one connection of {@link getConnection} back; once for each. */
  releaseConnection({ tenantId }: TenantConnection): void {
    if (tenantId !== undefined) this.#clients.release(tenantId);
  }

  /** Connects tenants ahead of their first request, one after another. Resolves with those that could not be reached. */
  async warmup(tenants: Iterable<TenantContext>): Promise<TenantId[]> {
    const failed: TenantId[] = [];
    for (const tenant of tenants) {
      try {
        this.releaseConnection(await this.getConnection(tenant));
      } catch (error) {
        this.#options.environment.logger.warn({ err: error, tenant_id: tenant.tenantId }, 'a tenant client could not be opened ahead');
        failed.push(tenant.tenantId);
      }
    }
    return failed;
  }

  poolStats(): ReadonlyMap<TenantId, PoolStats> {
    return new Map([...this.#open].map(([tenantId, { pool }]) => [tenantId, { ...pool }]));
  }

  /** Closes all clients, after what is under way in them. Safe to call again. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await this.#clients.close();
  }

  async #loginOf(tenant: TenantContext): Promise<DatabaseLogin | undefined> {
    const { credentials, environment } = this.#options;
    const until = this.#withoutLogin.get(tenant.tenantId);
    if (until !== undefined && environment.now() < until) return undefined;
    const login = await credentials.loginOf(tenant);
    if (login === undefined) {
      if (this.#withoutLogin.size >= WITHOUT_LOGIN_MAX) this.#withoutLogin.clear();
      this.#withoutLogin.set(tenant.tenantId, environment.now() + WITHOUT_LOGIN_MS);
    } else this.#withoutLogin.delete(tenant.tenantId);
    return login;
  }

  async #openClient(tenant: TenantContext, known: DatabaseLogin | undefined): Promise<WatchedClient> {
    const { uri, environment, databasePrefix } = this.#options;
    const login = known ?? (await this.#loginOf(tenant));
    if (login === undefined) {
      throw new UnavailableError('The tenant’s database login has just been taken away.', {
        details: { reason: 'login_gone', retryAfterSeconds: 1 },
      });
    }
    const { database } = namespaceOf(tenant, 'any', { databasePrefix });
    const client = await openClient(tenantUri(uri, { database, login }), environment, { pool: 'tenant', retry: ONE_ATTEMPT });
    this.#open.set(tenant.tenantId, client);
    return client;
  }

  async #closeClient(client: WatchedClient): Promise<void> {
    for (const [tenantId, open] of this.#open) if (open === client) this.#open.delete(tenantId);
    try {
      await client.close();
    } catch (error) {
      this.#options.environment.logger.warn({ err: error }, 'a tenant client did not close cleanly');
    }
  }
}
