/** How far Maven's downloads are; `file` is the one that was mentioned last. */
export interface Transfer {
  readonly receivedBytes: number;
  readonly file: string | undefined;
}

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1_000, MB: 1_000_000, GB: 1_000_000_000 };

/**
 * Reads what Maven prints about transfers when it thinks a person looks on (no `-B`): lines `Downloading from <id>: <url>` and
 * `Downloaded from <id>: <url> (1.2 MB at 3 MB/s)`, and between them `Progress (2): 12/34 kB | 1.2/3.4 MB`, overwritten in
 * place with carriage returns. Answers a function that takes chunks of output as they come and calls `onChange`.
 */
export function transferReader(onChange: (transfer: Transfer) => void): (chunk: string) => void {
  let rest = '';
  let finishedBytes = 0;
  let file: string | undefined;
  return (chunk) => {
    const lines = (rest + chunk).split(/[\r\n]+/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, verb, url] = /(Downloading|Downloaded) from \S+ (\S+)/.exec(line) ?? [];
      if (url !== undefined) file = url.slice(url.lastIndexOf('/') + 1);
      if (verb === 'Downloaded') finishedBytes += sizeOf(/\(([\d.]+ \w+) at/.exec(line)?.[1]);
      const running = /Progress \(\d+\): (.*)/.exec(line)?.[1];
      if (verb !== undefined || running !== undefined) onChange({ receivedBytes: finishedBytes + runningBytes(running), file });
    }
  };
}

/** `12/34 kB | 1.2/3.4 MB` → bytes received so far; the unit counts for both numbers of a pair. */
function runningBytes(text = ''): number {
  return text
    .split('|')
    .map((part) => /([\d.]+)(?: ([kMG]?B))?(?:\/[\d.]+)? ?([kMG]?B)?/.exec(part))
    .reduce((sum, match) => sum + sizeOf(match === null ? undefined : `${match[1]} ${match[2] ?? match[3] ?? 'B'}`), 0);
}

function sizeOf(text = '0 B'): number {
  const [value, unit] = text.split(' ');
  return Math.round(Number(value) * (UNITS[unit ?? 'B'] ?? 1));
}
