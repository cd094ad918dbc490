/** What a caller prefers, as far as the gateway understands it. Preferences not understood are ignored (RFC 7240, 2). */
export interface Preferences {
  /** `wait`: whole seconds, 1 to 10, that the caller is ready to wait for a result. */
  readonly waitSeconds?: number;
}

/** The longest wait that is honoured; a longer one asked for is cut to it. */
export const WAIT_SECONDS_MAX = 10;

const NONE: Preferences = {};

/**
 * Reads a `Prefer` header (RFC 7240): `wait=5, return=minimal`. Names are case-insensitive, the first of equal names counts, values may
 * be quoted. What cannot be read counts as not sent: a preference never makes a request fail.
 */
export function parsePrefer(header: string | undefined): Preferences {
  if (header === undefined) return NONE;
  for (const preference of header.split(',')) {
    const [name = '', value = ''] = (preference.split(';', 1)[0] ?? '').split('=', 2).map((part) => part.trim());
    if (name.toLowerCase() !== 'wait') continue;
    const seconds = Number(/^"?(\d{1,6})"?$/.exec(value)?.[1] ?? 0);
    return seconds < 1 ? NONE : { waitSeconds: Math.min(seconds, WAIT_SECONDS_MAX) };
  }
  return NONE;
}
