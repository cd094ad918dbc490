import { groupBy } from '@caas/runtime';
import { failureClassOf } from '../retry/failure-class.js';
import { backoffMs } from '../retry/policy.js';
import { type Chunk, type Item } from './chunk.js';
import { type RecordRouter } from './record-router.js';
import { rest } from './rest.js';
import { type BatchConsumerOptions } from './types.js';

type Handle = BatchConsumerOptions<readonly []>['handle'];

/**
 * Hands chunks to a bulk handler. What it says of single records (`context.fail`) is dealt with record by record; when it throws, the chunk is
 * tried again as a whole, and then each record alone to find the one that fails.
 */
export class BatchDispatch {
  readonly #handle: Handle;
  readonly #router: RecordRouter;

  constructor(options: { handle: Handle; router: RecordRouter }) {
    this.#handle = options.handle;
    this.#router = options.router;
  }

  /** Works until every item is finished, the chunk must be redone, or the partition is lost. `tries` counts what was tried before. */
  async run(items: readonly Item[], chunk: Chunk, tries = 0): Promise<void> {
    const made = new Map<Item, number>();
    let pending = await this.#unparked(items, chunk);
    let asWhole = tries;
    // What failed before the handler was asked, such as a dead letter that was not taken, does not keep the rest from being handled.
    const { redo: before } = chunk;
    while (pending.length > 0 && chunk.redo === before && isWanted(chunk)) {
      const thrown = await this.#try(pending, chunk);
      const [only] = pending;
      if (thrown !== undefined && pending.length === 1 && only !== undefined) chunk.failed.set(only.record, thrown.error);
      else if (thrown !== undefined) {
        asWhole += 1;
        const next = this.#afterThrow(thrown.error, asWhole);
        if (next === 'alone') return this.#eachAlone(pending, chunk, thrown.error);
        if (next === 'redo') {
          chunk.redo ??= thrown;
          return;
        }
        await rest(next.againMs, chunk.signal);
        continue;
      }
      const { left, waitMs } = await this.#settle(pending, chunk, (item) => {
        const count = (made.get(item) ?? tries) + 1;
        made.set(item, count);
        return count;
      });
      if (waitMs > 0) await rest(waitMs, chunk.signal);
      pending = await this.#unparked(left, chunk);
    }
  }

  /** One call of the handler. What it throws, and in `chunk.failed` what it said of single records. */
  async #try(items: readonly Item[], chunk: Chunk): Promise<{ error: unknown } | undefined> {
    chunk.failed.clear();
    try {
      await this.#handle(
        items.map(({ record }) => record as never),
        chunk.context,
      );
      return undefined;
    } catch (error) {
      chunk.failed.clear();
      return { error };
    }
  }

  /** What a thrown error asks for: the whole chunk again, later or after a short pause, or a search for the culprit. */
  #afterThrow(error: unknown, tries: number): 'redo' | 'alone' | { readonly againMs: number } {
    const failureClass = failureClassOf(error);
    const policy = this.#router.retries?.policy;
    if (failureClass === 'dependency') return 'redo';
    if (failureClass !== 'retryable') return 'alone';
    if (policy === undefined) return 'redo';
    return tries > policy.triesMax ? 'alone' : { againMs: backoffMs(policy, tries, Math.random()) };
  }

  /** One of the records fails, and the handler cannot say which: each gets a chunk of its own. */
  async #eachAlone(items: readonly Item[], chunk: Chunk, error: unknown): Promise<void> {
    const tries = failureClassOf(error) === 'retryable' ? (this.#router.retries?.policy.triesMax ?? 0) : 0;
    const { redo: before } = chunk;
    for (const item of items) {
      if (chunk.redo !== before || !isWanted(chunk)) return;
      await this.run([item], chunk, tries);
    }
  }

  /** Finishes what succeeded and settles what failed. What is left has to be tried again: failed ones, and those of their keys behind them. */
  async #settle(items: readonly Item[], chunk: Chunk, countOf: (item: Item) => number): Promise<{ left: readonly Item[]; waitMs: number }> {
    const left: Item[] = [];
    const heldUp = new Set<string | undefined>();
    let waitMs = 0;
    for (const item of items) {
      if (chunk.failed.size === 0) {
        await this.#router.finish(item, chunk);
        continue;
      }
      const key = this.#router.keyOf(item);
      if (key !== undefined && heldUp.has(key)) left.push(item);
      else if (!chunk.failed.has(item.record)) await this.#router.finish(item, chunk);
      else {
        heldUp.add(key);
        const settled = await this.#router.settle(item, chunk, { error: chunk.failed.get(item.record), tries: countOf(item) });
        if (typeof settled !== 'object') continue;
        left.push(item);
        waitMs = Math.max(waitMs, settled.againMs);
      }
    }
    return { left, waitMs };
  }

  /** Sends on what must not overtake a record of its key in a retry topic: keys at the same time, records of one key one after the other. */
  async #unparked(items: readonly Item[], chunk: Chunk): Promise<readonly Item[]> {
    if (this.#router.retries?.parked.isEmpty ?? true) return items;
    const parked = items.filter((item) => this.#router.isParked(item));
    if (parked.length === 0) return items;
    await Promise.all(
      [...groupBy(parked, (item) => this.#router.keyOf(item))].map(async ([, followers]) => {
        for (const follower of followers) if (!(await this.#router.follow(follower, chunk))) return;
      }),
    );
    const gone = new Set(parked);
    return items.filter((item) => !gone.has(item));
  }
}

const isWanted = (chunk: Chunk): boolean => chunk.batch.isOwned() && !chunk.signal.aborted;
