import type { StackEvent, StackListener } from './events.js';

const BAR_WIDTH = 24;
const REDRAW_MS = 100;

/** Where a {@link progressView} writes; `process.stdout` is one. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows events to a person: a line each and, for downloads, a bar that is redrawn in place on a terminal. Elsewhere (a log of a build server)
 * a download has one line when it begins and one when it ends.
 */
export function progressView(output: ProgressOutput, now: () => number = () => performance.now()): StackListener {
  const terminal = output.isTTY === true;
  let drawnAt = -Infinity;
  let barShown = false;
  let downloading: string | undefined;
  const line = (text: string): void => {
    output.write(`${barShown ? '\r\u001b[K' : ''}${text}\n`);
    barShown = false;
  };
  return (event) => {
    if (event.type !== 'download') {
      if (event.type === 'downloaded') downloading = undefined;
      line(describe(event));
    } else if (!terminal) {
      if (downloading !== event.title) line(`  fetching ${event.title}`);
      downloading = event.title;
    } else if (now() - drawnAt >= REDRAW_MS) {
      output.write(`\r\u001b[K${downloadBar(event)}`);
      barShown = true;
      drawnAt = now();
    }
  };
}

/** `  Kafka 3.9.2 [######··················]  12.1 of 46 MB  kafka-clients.jar`. */
function downloadBar({ title, file, receivedBytes, totalBytes }: Extract<StackEvent, { type: 'download' }>): string {
  const share = totalBytes === 0 ? 0 : Math.min(1, receivedBytes / totalBytes);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = '#'.repeat(filled) + '·'.repeat(BAR_WIDTH - filled);
  return `  ${title} [${bar}] ${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB  ${(file ?? '').slice(0, 40)}`;
}

function describe(event: Exclude<StackEvent, { type: 'download' }>): string {
  switch (event.type) {
    case 'waiting':
      return `  process ${event.pid} is starting or stopping this stack; waiting for it`;
    case 'choice':
      return `  ${event.server.padEnd(9)} ${event.text}`;
    case 'downloaded':
      return `  fetched ${event.title} (${event.receivedBytes === 0 ? 'from the local Maven repository' : `${megabytes(event.receivedBytes)} MB`}) in ${seconds(event.ms)}`;
    case 'ready':
      return event.how === 'started'
        ? `  ${event.server.padEnd(9)} ready after ${seconds(event.ms)}`
        : `  ${event.server.padEnd(9)} answers (${event.how})`;
    case 'stopped':
      return `  ${event.process} ${event.how === 'ended' ? 'stopped' : 'did not stop in time and was killed'}`;
  }
}

function megabytes(sizeBytes: number): string {
  return (sizeBytes / 1_000_000).toFixed(1);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
