import { type BackgroundJob, type Signal } from '@caas/composition';
import { type Mongo, op } from '@caas/data-access-mongo';
import { type Clock, type Logger, type Metrics } from '@caas/runtime';
import { type DlqMessage, dlqMessages } from './dlq-messages.collection.js';

type Status = DlqMessage['status'];

/** Dead letters that somebody has to look at, or that are under way. */
const OPEN: readonly Status[] = ['pending', 'retrying', 'failed'];
const EVERY_MS = 30_000;
const MINUTE_MS = 60_000;
const DAY_SECONDS = 86_400;
const RUNBOOK = 'docs/operations/runbooks.md#dead-letters';

interface Parts {
  readonly mongo: Mongo;
  readonly clock: Clock;
}

/** How many dead letters are open, and how old the oldest of each state is. Asks along an index. */
async function openLetters({
  mongo,
  clock,
}: Parts): Promise<readonly { readonly status: Status; readonly count: number; readonly oldestSeconds: number }[]> {
  const rows = mongo.platform(dlqMessages);
  return Promise.all(
    OPEN.map(async (status) => {
      const [count, [oldest]] = await Promise.all([
        rows.count({ status }),
        rows.findMany({ status }, { sort: { failed_at: 1 }, limit: 1, select: ['failed_at'] }),
      ]);
      return { status, count, oldestSeconds: oldest === undefined ? 0 : Math.max(0, clock.now() - oldest.failed_at.getTime()) / 1_000 };
    }),
  );
}

/** Tells of open dead letters in the metrics. Every worker tells the same. */
export class OpenLetterGauges implements BackgroundJob {
  readonly name = 'open-dead-letters';
  readonly #parts: Parts & { readonly logger: Logger };
  readonly #open: { set(labels: { status: string }, value: number): void; reset(): void };
  readonly #oldest: { set(labels: { status: string }, value: number): void; reset(): void };
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor({ metrics, ...parts }: Parts & { readonly logger: Logger; readonly metrics: Metrics }) {
    this.#parts = parts;
    this.#open = metrics.gauge({ name: 'caas_dlq_open_records', help: 'Dead letters that are not resolved', labels: ['status'] });
    this.#oldest = metrics.gauge({
      name: 'caas_dlq_oldest_seconds',
      help: 'Age of the oldest dead letter, 0 where there is none',
      labels: ['status'],
    });
  }

  start(): void {
    const look = (): void => {
      this.#looking = this.#looking.then(() => this.look());
    };
    this.#timer = setInterval(look, EVERY_MS).unref();
    look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Never rejects: what cannot be read is absent. */
  async look(): Promise<void> {
    try {
      for (const { status, count, oldestSeconds } of await openLetters(this.#parts)) {
        this.#open.set({ status }, count);
        this.#oldest.set({ status }, oldestSeconds);
      }
    } catch (error) {
      this.#open.reset();
      this.#oldest.reset();
      this.#parts.logger.warn({ err: error }, 'open dead letters could not be counted');
    }
  }
}

/** What is watched of dead letters: that there are new ones, and that somebody looks after them. */
export function deadLetterSignals({ mongo, clock }: Parts): Signal[] {
  return [
    {
      rule: { name: 'dead-letters', warning: 0, critical: 5, forMs: 0, runbook: RUNBOOK },
      read: async () => {
        const since = new Date(clock.now() - MINUTE_MS);
        return [
          { labels: {}, value: await mongo.platform(dlqMessages).count({ status: op.ne<Status>('resolved'), failed_at: op.gte(since) }) },
        ];
      },
    },
    {
      rule: { name: 'dead-letter-age', warning: DAY_SECONDS, critical: 7 * DAY_SECONDS, forMs: 0, runbook: RUNBOOK },
      read: async () => {
        const pending = (await openLetters({ mongo, clock })).find(({ status }) => status === 'pending');
        return [{ labels: {}, value: pending?.oldestSeconds ?? 0 }];
      },
    },
  ];
}
