import { isRetryable, UnavailableError } from '@caas/runtime';
import { defineConsumer } from '../consumer/definition.js';
import { type ConsumerContext, type ConsumerDefinition, type DecodedRecord, type EventRecord } from '../consumer/types.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { type Pipeline } from './pipeline.js';
import { allSettled, type PipelineItem } from './pipeline-item.js';

export interface PipelineConsumerOptions<Item extends PipelineItem> {
  readonly group: string;
  readonly topics: readonly TopicDefinition[];
  /** Types that are read; the others are passed over undecoded. */
  readonly types: readonly string[];
  readonly pipeline: Pipeline<Item>;
  /** The item of a record. Must not throw. */
  readonly open: (record: EventRecord) => Item;
}

/**
 * A consumer that takes each chunk through a pipeline and carries the outcomes out: dead letters are written before the offset may pass, and a record
 * to be tried again, or a dependency that is away, has the chunk handed over again. That repeats what went well, which changes nothing.
 */
export function definePipelineConsumer<Item extends PipelineItem>(options: PipelineConsumerOptions<Item>): ConsumerDefinition {
  const { group, topics, types, pipeline, open } = options;
  return defineConsumer({
    group,
    topics,
    types,
    async handle(records: readonly DecodedRecord[], context: ConsumerContext) {
      const items = records.map((record) => open(record as EventRecord));
      if (!(await pipeline.run(items, context))) return;
      await bury(items, context);
      const again = items.find(({ outcome }) => outcome.kind === 'pause') ?? items.find(({ outcome }) => outcome.kind === 'retry');
      if (again !== undefined) throw asRetryable(again);
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

/** What a stage called worth another try is one, whatever the error says of itself. */
function asRetryable({ outcome, stage }: PipelineItem): unknown {
  const error = 'error' in outcome ? outcome.error : undefined;
  if (isRetryable(error)) return error;
  return new UnavailableError(`The stage ${stage ?? ''} asks for another try.`, { cause: error });
}
