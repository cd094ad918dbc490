import { randomBytes } from 'node:crypto';

const ACCEPTED = /^[A-Za-z0-9._-]{8,64}$/;
const TRACE_PARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const VARIANT_DIGITS = '89ab';
const NO_TRACE = '0'.repeat(32);

/** Random digits are drawn for 200 ids at once, because one draw costs more than the rest of an id. */
const DIGITS_PER_ID = 19;
const BLOCK_BYTES = 1_900;
let digits = '';
let drawn = 0;

/** A UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random ones. */
export function newRequestId(now = Date.now()): string {
  if (drawn + DIGITS_PER_ID > digits.length) {
    digits = randomBytes(BLOCK_BYTES).toString('hex');
    drawn = 0;
  }
  const at = drawn;
  drawn += DIGITS_PER_ID;
  const time = now.toString(16).padStart(12, '0');
  const variant = VARIANT_DIGITS[Number.parseInt(digits.charAt(at), 16) & 3] ?? '8';
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits.slice(at + 1, at + 4)}-${variant}${digits.slice(at + 4, at + 7)}-${digits.slice(at + 7, at + 19)}`;
}

/** The caller's `X-Request-Id` when it has an accepted form, else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && ACCEPTED.test(header) ? header : newRequestId();
}

/** Trace id of a `traceparent` header (W3C trace context), else a new one. */
export function traceIdOf(traceparent: string | string[] | undefined): string {
  const traceId = typeof traceparent === 'string' ? TRACE_PARENT.exec(traceparent)?.[1] : undefined;
  return traceId === undefined || traceId === NO_TRACE ? newRequestId().replaceAll('-', '') : traceId;
}
