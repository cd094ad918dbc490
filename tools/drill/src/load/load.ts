import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { isTaken, type Outcome } from '../ledger/entry.js';
import { type Random } from '../random.js';
import { type Draft, type RecordedSends } from './recorded-send.js';
import { type Scene } from './scene.js';

export interface LoadOptions {
  readonly scenes: readonly Scene[];
  readonly sends: RecordedSends;
  readonly random: Random;
  /** Where the next try goes; asked before each one. */
  readonly gateway: () => string;
  /** Whether a message without a 2xx or a 4xx is sent again under its id before the sender goes on. */
  readonly resends?: boolean;
  /** Prefix of the messages' ids, when a run has several loads. */
  readonly prefix?: string;
}

/** Texts of a few words up to some kilobytes. */
const TEXT_WORDS_MAX = 200;
const THINK_MS_MAX = 30;
const AFTER_REFUSAL_MS = 100;

/** Every sender of every tenant says one thing after the other, in a conversation of their choice, until told to stop. */
export class Load {
  readonly outcomes: Outcome[] = [];
  readonly #options: LoadOptions;
  readonly #stop = new AbortController();
  readonly #senders: Promise<void>[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(options: LoadOptions) {
    this.#options = options;
    setMaxListeners(0, this.#stop.signal); // one for each sender that rests
    for (const scene of options.scenes) {
      scene.senders.forEach((sender, index) => this.#senders.push(this.#run(scene, { sender, index, random: options.random.fork() })));
    }
  }

  get taken(): number {
    return this.outcomes.filter(isTaken).length;
  }

  /** Statuses of answers that were no 2xx, `none` where there was no answer, with their number. */
  get refusals(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const outcome of this.outcomes) {
      if (isTaken(outcome)) continue;
      const name = String(outcome.status ?? 'none');
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  /** Resolves when so many more sends were taken; rejects when that takes longer than `timeoutMs`. */
  untilTaken(count: number, { timeoutMs = 30_000 }: { timeoutMs?: number } = {}): Promise<void> {
    const target = this.taken + count;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new Error(`${count} more messages were not accepted within ${timeoutMs} ms`));
      }, timeoutMs);
      const look = (): void => {
        if (this.taken < target) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** No new messages; resolves when every try under way has its outcome. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#senders);
  }

  async #run(scene: Scene, { sender, index, random }: { sender: string; index: number; random: Random }): Promise<void> {
    const { resends = false, prefix = 'm' } = this.#options;
    for (let number = 0; !this.#stop.signal.aborted; number += 1) {
      const draft = {
        ...{ scene, sender, conversation: random.pick(scene.conversations) },
        message: `${prefix}-${index}-${number}`,
        text: 'word '.repeat(random.integer(0, TEXT_WORDS_MAX)),
      };
      let outcome = await this.#try(draft);
      while (resends && isOpen(outcome) && !this.#stop.signal.aborted) outcome = await this.#try(draft);
      await this.#rest(random.integer(0, THINK_MS_MAX));
    }
  }

  async #try(draft: Draft): Promise<Outcome> {
    const { sends, gateway } = this.#options;
    const outcome = await sends.send(gateway(), draft);
    this.outcomes.push(outcome);
    for (const look of this.#watchers) look();
    if (!isTaken(outcome)) await this.#rest(AFTER_REFUSAL_MS);
    return outcome;
  }

  async #rest(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}

/** Whether the message may have been taken or not: a resend under its id is safe, and worth it. */
const isOpen = ({ status }: Outcome): boolean => status === undefined || status >= 500;
