import { describe, expect, it } from '@jest/globals';
import { progressView } from './progress-view.js';
import type { StackEvent } from './events.js';

const download = (receivedBytes: number): StackEvent => ({
  type: 'download',
  title: 'Kafka 3.9.2',
  file: 'kafka-clients.jar',
  receivedBytes,
  totalBytes: 46_000_000,
});

/** What is written for these events, one a second. */
function written(isTTY: boolean, events: readonly StackEvent[]): string[] {
  const texts: string[] = [];
  let clock = 0;
  const view = progressView({ isTTY, write: (text) => texts.push(text) }, () => (clock += 1_000));
  for (const event of events) view(event);
  return texts;
}

const events: readonly StackEvent[] = [
  { type: 'choice', server: 'kafka', text: 'Kafka 3.9.2' },
  download(0),
  download(23_000_000),
  { type: 'ready', server: 'redis', how: 'reused', ms: 12 },
  { type: 'downloaded', title: 'Kafka 3.9.2', receivedBytes: 46_000_000, ms: 2_345 },
  { type: 'ready', server: 'kafka', how: 'started', ms: 6_000 },
];

describe('progress view', () => {
  it('redraws one bar in place on a terminal, below the lines', () => {
    const clear = '\r\u001b[K';

    expect(written(true, events)).toEqual([
      '  kafka     Kafka 3.9.2\n',
      `${clear}  Kafka 3.9.2 [························] 0.0 of 46.0 MB  kafka-clients.jar`,
      `${clear}  Kafka 3.9.2 [############············] 23.0 of 46.0 MB  kafka-clients.jar`,
      `${clear}  redis     answers (reused)\n`,
      '  fetched Kafka 3.9.2 (46.0 MB) in 2.3 s\n',
      '  kafka     ready after 6.0 s\n',
    ]);
  });

  it('writes plain lines elsewhere', () => {
    expect(written(false, events)).toEqual([
      '  kafka     Kafka 3.9.2\n',
      '  fetching Kafka 3.9.2\n',
      '  redis     answers (reused)\n',
      '  fetched Kafka 3.9.2 (46.0 MB) in 2.3 s\n',
      '  kafka     ready after 6.0 s\n',
    ]);
  });
});
