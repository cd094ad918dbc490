import { UnavailableError } from '@caas/runtime';

export interface ClientCacheOptions<Client> {
  readonly close: (client: Client) => Promise<void>;
  /** Clients at most, also those being opened. */
  readonly clientsMax: number;
  /** Milliseconds without a reference after which a client may be closed by {@link ClientCache.closeIdle}. */
  readonly idleMs: number;
  /** Milliseconds that a caller waits when all clients are in use. */
  readonly waitMs: number;
  readonly now: () => number;
  /** Told how many clients there are, after each change. */
  readonly onSize?: (clients: number) => void;
}

interface Entry<Client> {
  readonly client: Promise<Client>;
  references: number;
  idleSince: number;
}

/**
 * Clients by key, the least recently used one given up first. A client that somebody holds a reference to is never closed. Callers that come while
 * a client is being opened share it; one that could not be opened is forgotten at once.
 */
export class ClientCache<Client> {
  readonly #options: ClientCacheOptions<Client>;
  /** In order of use, the least recently used first. */
  readonly #entries = new Map<string, Entry<Client>>();
  readonly #waiting: (() => void)[] = [];
  readonly #closings = new Set<Promise<void>>();
  #closed = false;

  constructor(options: ClientCacheOptions<Client>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** References that are held to a key's client. */
  references(key: string): number {
    return this.#entries.get(key)?.references ?? 0;
  }

  /**
   * Takes a reference, opening the client if there is none; give it back by {@link release}. Rejects with `UnavailableError` (`pool_exhausted`) when every client is in use and none becomes
   * free in time, with `UnavailableError` (`closed`) after {@link close}, and as `open` does.
   */
  async acquire(key: string, open: () => Promise<Client>): Promise<Client> {
    const deadline = this.#options.now() + this.#options.waitMs;
    let entry = this.#entries.get(key);
    while (entry === undefined) {
      if (this.#closed)
        throw new UnavailableError('The tenant clients are closed.', { details: { reason: 'closed', retryAfterSeconds: 1 } });
      if (this.#makeRoom()) entry = this.#open(key, open);
      else {
        await this.#roomOrTimeout(deadline);
        entry = this.#entries.get(key);
      }
    }
    entry.references += 1;
    this.#touch(key, entry);
    try {
      return await entry.client;
    } catch (error) {
      this.#release(entry);
      throw error;
    }
  }

  /** Gives a reference back. */
  release(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#release(entry);
  }

  /** Closes what nobody has used for `idleMs`. Resolves when they are closed. */
  async closeIdle(): Promise<void> {
    const before = this.#options.now() - this.#options.idleMs;
    for (const [key, entry] of this.#entries) if (entry.references === 0 && entry.idleSince <= before) this.#drop(key, entry);
    await Promise.all(this.#closings);
  }

  /** Closes all of them, also those in use; callers that wait are refused. Safe to call again. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const [key, entry] of this.#entries) this.#drop(key, entry);
    this.#wakeAll();
    await Promise.all(this.#closings);
  }

  #open(key: string, open: () => Promise<Client>): Entry<Client> {
    const entry: Entry<Client> = { client: open(), references: 0, idleSince: this.#options.now() };
    this.#entries.set(key, entry);
    this.#options.onSize?.(this.#entries.size);
    entry.client.catch(() => {
      if (this.#entries.get(key) !== entry) return;
      this.#entries.delete(key);
      this.#options.onSize?.(this.#entries.size);
      this.#wakeAll();
    });
    return entry;
  }

  #release(entry: Entry<Client>): void {
    entry.references -= 1;
    if (entry.references > 0) return;
    entry.idleSince = this.#options.now();
    this.#wakeAll();
  }

  #touch(key: string, entry: Entry<Client>): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  /** Whether there is room for one more, after giving up the least recently used client that nobody holds. */
  #makeRoom(): boolean {
    if (this.#entries.size < this.#options.clientsMax) return true;
    for (const [key, entry] of this.#entries) {
      if (entry.references > 0) continue;
      this.#drop(key, entry);
      return true;
    }
    return false;
  }

  #drop(key: string, entry: Entry<Client>): void {
    this.#entries.delete(key);
    this.#options.onSize?.(this.#entries.size);
    // One that never opened has nothing to close, and its callers have heard of it.
    const closing = entry.client.then(this.#options.close, () => undefined).finally(() => this.#closings.delete(closing));
    this.#closings.add(closing);
  }

  #roomOrTimeout(deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(
        () => {
          this.#waiting.splice(this.#waiting.indexOf(wake), 1);
          reject(
            new UnavailableError(`All ${this.#options.clientsMax} tenant clients are in use.`, {
              details: { reason: 'pool_exhausted', retryAfterSeconds: 1 },
            }),
          );
        },
        Math.max(0, deadline - this.#options.now()),
      );
      this.#waiting.push(wake);
    });
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
