import { type Clock } from '@caas/runtime';
import { type KafkaMetrics } from '../client/metrics.js';
import { type RecordResult } from './chunk.js';
import { type ChunkWorkerOptions } from './chunk-worker.js';

interface Instruments {
  readonly family: string;
  readonly type: string;
  readonly result: RecordResult;
  readonly counter: { inc(): void };
  readonly delay: { observe(seconds: number): void };
}

/** Counts finished records for one group. Runs for every record, and records come in runs of the same kind: the last instruments are kept. */
export function finishedCounter(metrics: KafkaMetrics, group: string, clock: Clock): NonNullable<ChunkWorkerOptions['onFinished']> {
  const all: Instruments[] = [];
  let last: Instruments | undefined;
  return (family, type, result, timestamp) => {
    if (last?.type !== type || last.result !== result || last.family !== family) {
      last = all.find((known) => known.type === type && known.result === result && known.family === family);
      if (last === undefined) {
        const counter = metrics.consumerRecords.labels(group, family, type, result);
        last = { family, type, result, counter, delay: metrics.consumerEndToEndSeconds.labels(group, family) };
        all.push(last);
      }
    }
    last.counter.inc();
    if (timestamp !== undefined) last.delay.observe((clock.now() - timestamp) / 1_000);
  };
}
