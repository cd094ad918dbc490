import { AppError, RetryableError, UnavailableError } from '@caas/runtime';
import { defineConsumer } from '../consumer/definition.js';
import { type ConsumerContext, type ConsumerDefinition, type DecodedRecord, type EventRecord } from '../consumer/types.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { type Pipeline } from './pipeline.js';
import { allSettled, type PipelineItem } from './pipeline-item.js';

export interface PipelineConsumerOptions<Item extends PipelineItem> {
  readonly group: string;
  readonly topics: readonly TopicDefinition[];
  /** Gives the group retry topics; see {@link ConsumerDefinition}. */
  readonly retries?: boolean;
  /** Types that are read; the others are passed over undecoded. */
  readonly types: readonly string[];
  readonly pipeline: Pipeline<Item>;
  /** The item of a record. Must not throw. */
  readonly open: (record: EventRecord) => Item;
}

/**
 * A consumer that takes each chunk through a pipeline and carries the outcomes out: dead letters are written before the offset may pass, a record to be
 * tried again is named, so that it takes its key along and the others go on, and a dependency that is away has the chunk handed over again. That repeats
 * what went well, which changes nothing.
 */
export function definePipelineConsumer<Item extends PipelineItem>(options: PipelineConsumerOptions<Item>): ConsumerDefinition {
  const { group, topics, types, pipeline, open, retries = false } = options;
  return defineConsumer({
    group,
    topics,
    types,
    retries,
    async handle(records: readonly DecodedRecord[], context: ConsumerContext) {
      const items = records.map((record) => open(record as EventRecord));
      if (!(await pipeline.run(items, context))) return;
      await bury(items, context);
      const waiting = items.find(({ outcome }) => outcome.kind === 'pause');
      if (waiting !== undefined) throw asUnavailable(waiting);
      for (const item of items) if (item.outcome.kind === 'retry') context.fail(item.record, asRetryable(item));
    },
  });
}

async function bury(items: readonly PipelineItem[], context: ConsumerContext): Promise<void> {
  const burials: Promise<void>[] = [];
  for (const { record, outcome, stage } of items) {
    if (outcome.kind !== 'dlq') continue;
    burials.push(context.deadLetter(record, outcome.error, stage === undefined ? {} : { stage }));
  }
  await allSettled(burials);
}

/** What a stage waits for is away, whatever the error says of itself. */
function asUnavailable({ outcome, stage }: PipelineItem): UnavailableError {
  const error = 'error' in outcome ? outcome.error : undefined;
  return error instanceof UnavailableError
    ? error
    : new UnavailableError(`The stage ${stage ?? ''} waits for what it needs.`, { cause: error });
}

/** What a stage called worth another try is one, and of this record alone, whatever the error says of itself. */
function asRetryable({ outcome, stage }: PipelineItem): RetryableError {
  const error = 'error' in outcome ? outcome.error : undefined;
  if (error instanceof RetryableError) return error;
  const code = error instanceof AppError ? error.code : 'SYS_UNAVAILABLE';
  const message = error instanceof Error ? error.message : `The stage ${stage ?? ''} asks for another try.`;
  return new RetryableError(message, { code, cause: error });
}
