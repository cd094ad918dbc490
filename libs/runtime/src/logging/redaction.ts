const REDACTED = '[redacted]';

/** Keys whose values are never written, whatever they hold. */
const SECRET_KEY =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-webhook-signature|webhook-signature|idempotency-key|otp|mfa|sig)$|password|secret|token|api_?key$|key_hash|key_lookup|private_?key|credential|signature|pepper/i;

/** Secrets recognised by their form, in any text. */
const SECRET_FORMS: readonly [RegExp, string][] = [
  [/\b(caas_(?:sk|pk|wk|rt)_(?:live_|test_)?)[A-Za-z0-9_-]{6,}/g, `$1${REDACTED}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, REDACTED],
  [/\bwhsec_[A-Za-z0-9+/=_-]+/g, REDACTED],
  [/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g, REDACTED],
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${REDACTED}@`],
];

/** 13 to 19 digits, in groups or not; what they are is decided by their check digit. */
const CARD_FORM = /\b\d(?:[ -]?\d){12,18}\b/g;

const DEPTH_MAX = 8;

/** A copy of `value` without secrets: by key, recursively and ignoring case, and by form in every text. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= DEPTH_MAX) return '[deep]';
  if (value instanceof Error) return value; // the err serializer describes and redacts it
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value))
    copy[key] = SECRET_KEY.test(key) && item !== null && item !== undefined ? REDACTED : redact(item, depth + 1);
  return copy;
}

function redactText(text: string): string {
  let result = text;
  for (const [form, replacement] of SECRET_FORMS) result = result.replace(form, replacement);
  return result.replace(CARD_FORM, (digits) => (isCardNumber(digits) ? REDACTED : digits));
}

/** The check digit of ISO/IEC 7812: of other long numbers one in ten passes. */
function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/[ -]/g, '');
  if (digits.length < 13 || digits.length > 19) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits.at(-1 - place));
    const doubled = place % 2 === 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
