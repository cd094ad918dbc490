import { randomBytes } from 'node:crypto';

const ACCEPTED = /^[A-Za-z0-9._-]{8,64}$/;
const TRACE_PARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const VARIANT_DIGITS = '89ab';
const NO_TRACE = '0'.repeat(32);

/** Random digits are drawn for 200 ids at once, because one draw costs more than the rest of an id. */
const BLOCK_BYTES = 1_900;
let digits = '';
let drawn = 0;

/** The next so many random hexadecimal digits. */
function randomDigits(count: number): string {
  if (drawn + count > digits.length) {
    digits = randomBytes(BLOCK_BYTES).toString('hex');
    drawn = 0;
  }
  drawn += count;
  return digits.slice(drawn - count, drawn);
}

/** The part of a UUIDv7 that says the time; the same for all ids of a millisecond. */
let head = '';
let headOf = -1;

/** A UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random ones. */
export function newRequestId(now = Date.now()): string {
  if (now !== headOf) {
    const time = now.toString(16).padStart(12, '0');
    head = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    headOf = now;
  }
  const variant = VARIANT_DIGITS.charAt(Number.parseInt(randomDigits(1), 16) & 3);
  return `${head}${randomDigits(3)}-${variant}${randomDigits(3)}-${randomDigits(12)}`;
}

/** The caller's `X-Request-Id` when it has an accepted form, else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && ACCEPTED.test(header) ? header : newRequestId();
}

/** Trace id of a `traceparent` header (W3C trace context), else a new one. */
export function traceIdOf(traceparent: string | string[] | undefined): string {
  const traceId = typeof traceparent === 'string' ? TRACE_PARENT.exec(traceparent)?.[1] : undefined;
  return traceId === undefined || traceId === NO_TRACE ? randomDigits(32) : traceId;
}
