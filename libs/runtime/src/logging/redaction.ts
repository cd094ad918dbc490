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
  return result;
}
