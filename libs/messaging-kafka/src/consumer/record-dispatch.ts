import { type Chunk, type Item } from './chunk.js';
import { type KeyLanes } from './key-lanes.js';
import { type RecordRouter } from './record-router.js';
import { rest } from './rest.js';
import { type RecordConsumerOptions } from './types.js';

type Each = RecordConsumerOptions<readonly []>['each'];

/** Hands single records to a handler: those of one key one after the other, others in parallel lanes. */
export class RecordDispatch {
  readonly #each: Each;
  readonly #router: RecordRouter;
  readonly #lanes: KeyLanes;

  constructor(options: { each: Each; router: RecordRouter; lanes: KeyLanes }) {
    this.#each = options.each;
    this.#router = options.router;
    this.#lanes = options.lanes;
  }

  /** Runs the lanes. A lane in which a record must be done again does nothing more of this chunk; the others go on. */
  async run(items: readonly Item[], chunk: Chunk): Promise<void> {
    const stopped = new Set<number>();
    const runs = items.map((item) => {
      const lane = this.#lanes.laneOf(item.raw.key);
      return this.#lanes.run(lane, async () => {
        if (stopped.has(lane) || !chunk.batch.isOwned()) return;
        if (!(await this.#one(item, chunk))) stopped.add(lane);
      });
    });
    await Promise.all(runs);
  }

  /** Whether the record is finished, one way or the other. */
  async #one(item: Item, chunk: Chunk): Promise<boolean> {
    if (this.#router.isParked(item)) return this.#router.follow(item, chunk);
    for (let tries = 1; ; tries += 1) {
      const failure = await this.#try(item, chunk);
      if (failure === undefined) {
        await this.#router.finish(item, chunk);
        return chunk.tracker.isFinished(item.raw.offset);
      }
      const settled = await this.#router.settle(item, chunk, { error: failure.error, tries });
      if (typeof settled !== 'object') return settled === 'finished';
      await rest(settled.againMs, chunk.signal);
      if (chunk.signal.aborted || !chunk.batch.isOwned()) return false;
    }
  }

  async #try(item: Item, chunk: Chunk): Promise<{ error: unknown } | undefined> {
    chunk.failed.delete(item.record);
    try {
      await this.#each(item.record as never, chunk.context);
    } catch (error) {
      return { error };
    }
    return chunk.failed.has(item.record) ? { error: chunk.failed.get(item.record) } : undefined;
  }
}
