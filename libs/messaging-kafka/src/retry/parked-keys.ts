import { type RawRecord } from '../consumer/raw-record.js';

/** A record that waits in a retry topic, as far as order is concerned. */
export interface WaitingRecord {
  readonly offset: number;
  /** {@link parkingKey}; `undefined` for a record without a key, which holds nobody up. */
  readonly key: string | undefined;
  /** {@link originOf}: which record it is, wherever it lies. */
  readonly origin: string;
}

/** Which part of a retry topic's partition is not finished: from `from` to before `to`. */
export interface Unfinished {
  /** From 1. */
  readonly tier: number;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** The retry topics of one group, as a log. Its methods reject with an `UnavailableError` while Kafka is away. */
export interface RetryLog {
  /**
   * What the group has not finished, of every partition. The beginnings are read before the ends, so that a record which moves from one
   * topic to the next meanwhile is in at least one of the two.
   */
  unfinished(): Promise<readonly Unfinished[]>;
  read(stretch: Unfinished): Promise<readonly WaitingRecord[]>;
}

interface Shelf {
  /** Where reading goes on. */
  position: number;
  readonly waiting: Map<number, WaitingRecord>;
}

/**
 * Which keys of a group have unfinished records in its retry topics. While there is one, later records of the key follow it there; that keeps
 * the order inside the key and lets all others go on.
 *
 * The retry topics themselves are the record of it: a snapshot is what lies between the committed and the end offset. It is taken once after
 * every change of partitions, then extended by what this process forwards, and taken again in the background while anything waits, to find
 * what is finished. So nothing is asked for a record while no key is parked, nothing needs another store, and a worker that starts anew
 * knows what its predecessor knew. A snapshot may still hold what is just being finished; its followers then go one detour, in order.
 */
export class ParkedKeys {
  readonly #log: RetryLog;
  readonly #shelves = new Map<string, Shelf>();
  /** How many waiting records a key has, by tier; and how many copies a record. */
  readonly #keys: readonly Map<string, number>[];
  readonly #origins: readonly Map<string, number>[];
  #known = false;
  #stale = 0;
  #refreshing: Promise<void> | undefined;

  constructor(options: { log: RetryLog; tiers: number }) {
    this.#log = options.log;
    const perTier = (): Map<string, number>[] => Array.from({ length: options.tiers + 1 }, () => new Map<string, number>());
    [this.#keys, this.#origins] = [perTier(), perTier()];
  }

  /** Whether nothing waits: the answer for nearly every record, without looking at its key. */
  get isEmpty(): boolean {
    return this.#origins.every((counts) => counts.size === 0);
  }

  /** How many keys are parked. */
  get size(): number {
    return new Set(this.#keys.flatMap((counts) => [...counts.keys()])).size;
  }

  /** Whether an earlier record of the key waits in a topic behind this tier; 0 asks for the source topic. */
  isParked(key: string | undefined, tier: number): boolean {
    return key !== undefined && isBehind(this.#keys, key, tier);
  }

  /** Whether the record itself waits there: somebody forwarded it and died before its offset was committed. */
  isWaiting(origin: string, tier: number): boolean {
    return isBehind(this.#origins, origin, tier);
  }

  /** Notes a record that this process has forwarded. Called after its acknowledgement and before the next record of the key is looked at. */
  note({ tier, partition, ...record }: WaitingRecord & { readonly tier: number; readonly partition: number }): void {
    this.#put(this.#shelf(tier, partition), tier, record);
  }

  /** Partitions changed hands, or the outcome of a forward is unknown: only the next snapshot tells. */
  invalidate(): void {
    this.#known = false;
    this.#stale += 1;
  }

  /** Resolves once there is a snapshot that was begun after the last change of partitions. Rejects when Kafka gives none. */
  async ready(): Promise<void> {
    while (!this.#known) await this.refresh();
  }

  /** Resolves when no snapshot is being taken. */
  async idle(): Promise<void> {
    await this.#refreshing?.catch(() => undefined);
  }

  /** Takes a snapshot. Concurrent calls share one. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const stale = this.#stale;
    const stretches = await this.#log.unfinished();
    for (const stretch of stretches) await this.#extend(stretch);
    // Only now: a record that moved on is known at its next place before it is forgotten at the one before.
    for (const stretch of stretches) this.#forget(stretch);
    if (stale === this.#stale) this.#known = true;
  }

  async #extend(stretch: Unfinished): Promise<void> {
    const { tier, partition, from, to } = stretch;
    const shelf = this.#shelf(tier, partition);
    if (shelf.position > to) shelf.position = from; // the topic was made anew
    const start = Math.max(shelf.position, from);
    if (start >= to) return;
    for (const record of await this.#log.read({ ...stretch, from: start })) this.#put(shelf, tier, record);
    shelf.position = to;
  }

  #forget({ tier, partition, from }: Unfinished): void {
    const { waiting } = this.#shelf(tier, partition);
    for (const [offset, record] of waiting) {
      if (offset >= from) continue;
      waiting.delete(offset);
      this.#count(tier, record, -1);
    }
  }

  #put(shelf: Shelf, tier: number, record: WaitingRecord): void {
    if (shelf.waiting.has(record.offset)) return;
    shelf.waiting.set(record.offset, record);
    this.#count(tier, record, 1);
  }

  #count(tier: number, { key, origin }: WaitingRecord, by: number): void {
    if (key !== undefined) add(this.#keys[tier], key, by);
    add(this.#origins[tier], origin, by);
  }

  #shelf(tier: number, partition: number): Shelf {
    const name = `${tier}/${partition}`;
    let shelf = this.#shelves.get(name);
    if (shelf === undefined) this.#shelves.set(name, (shelf = { position: 0, waiting: new Map() }));
    return shelf;
  }
}

/** Keys of different topics are different keys, even when they read alike. */
export const parkingKey = (topic: string, key: Buffer | null): string | undefined =>
  key === null ? undefined : `${topic}\n${key.toString('latin1')}`;

/** Names a record for as long as its topic lives. */
export const originOf = ({ topic, partition, offset }: Pick<RawRecord, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}/${partition}/${offset}`;

const isBehind = (counts: readonly ReadonlyMap<string, number>[], name: string, tier: number): boolean =>
  counts.some((ofTier, index) => index > tier && ofTier.has(name));

function add(counts: Map<string, number> | undefined, name: string, by: number): void {
  const count = (counts?.get(name) ?? 0) + by;
  if (count > 0) counts?.set(name, count);
  else counts?.delete(name);
}
