import { MultiBar } from 'cli-progress';

/** Two bars: how many messages are accepted and how many are readable. */
export interface Progress {
  accepted(): void;
  stored(count: number): void;
  stop(): void;
}

/** Bars on a terminal; nothing where nobody watches. */
export function showProgress(total: number, { visible }: { visible: boolean }): Progress {
  if (!visible || total === 0) return { accepted: () => undefined, stored: () => undefined, stop: () => undefined };
  const bars = new MultiBar({
    format: '  {what} {bar} {value}/{total}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream: process.stderr,
  });
  const accepted = bars.create(total, 0, { what: 'accepted' });
  const stored = bars.create(total, 0, { what: 'stored  ' });
  return { accepted: () => accepted.increment(), stored: (count) => stored.update(count), stop: () => bars.stop() };
}
