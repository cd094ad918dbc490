/** That something goes away, and what takes its place. */
export interface Deprecation {
  /** Since when nobody should begin to use it; RFC 3339. */
  readonly since: string;
  /** When it stops to answer, at least 180 days later; RFC 3339. */
  readonly sunset?: string;
  /** Path or URL of what takes its place. */
  readonly successor?: string;
  /** Page that tells how to move. */
  readonly information?: string;
}

/** Notice that callers get at least. */
const NOTICE_MS = 180 * 86_400_000;

/** What is wrong with a deprecation, for whoever wrote it. */
export function* deprecationFaults({ since, sunset }: Deprecation): Generator<string> {
  const [from, until] = [Date.parse(since), sunset === undefined ? Number.POSITIVE_INFINITY : Date.parse(sunset)];
  if (Number.isNaN(from) || Number.isNaN(until)) yield 'deprecated needs dates in RFC 3339';
  else if (until - from < NOTICE_MS) yield 'the sunset must be at least 180 days after the deprecation';
}

/** Headers of every answer of something deprecated: `Deprecation` (RFC 9745, a date item), `Sunset` (RFC 8594) and `Link`. */
export function deprecationHeaders({ since, sunset, successor, information }: Deprecation): Readonly<Record<string, string>> {
  const link = (target: string | undefined, relation: string): string[] => (target === undefined ? [] : [`<${target}>; rel="${relation}"`]);
  const links = [
    ...link(information, 'deprecation'),
    ...(sunset === undefined ? [] : link(information, 'sunset')),
    ...link(successor, 'successor-version'),
  ];
  return {
    deprecation: `@${Math.floor(Date.parse(since) / 1000)}`,
    ...(sunset === undefined ? {} : { sunset: new Date(sunset).toUTCString() }),
    ...(links.length === 0 ? {} : { link: links.join(', ') }),
  };
}

/** Whether something is over by now. */
export function isOver({ sunset }: Deprecation, now: number): boolean {
  return sunset !== undefined && Date.parse(sunset) <= now;
}
