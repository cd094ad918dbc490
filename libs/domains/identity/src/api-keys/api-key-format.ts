import { createHmac, randomBytes } from 'node:crypto';
import { type ApiKeyType } from '@caas/runtime';

/** Digits of base62, in ASCII order. */
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
/** 32 bytes in base62, left-padded: ceil(256 / log2(62)). */
const SECRET_LENGTH = 43;
const PREFIX_SECRET_LENGTH = 6;

const TYPE_CODES = { server: 'sk', client: 'pk', webhook: 'wk' } as const satisfies Record<ApiKeyType, string>;
const API_KEY_FORM = /^caas_(?:sk|pk|wk)_(?:live|test)_[0-9A-Za-z]{43}$/;

export interface GeneratedKey {
  /** The whole key. Shown once, stored nowhere. */
  readonly key: string;
  /** What may be shown and logged. */
  readonly prefix: string;
}

/** A new key from 256 random bits, or from the 32 bytes that are given: `caas_sk_live_` and 43 characters. */
export function generateApiKey(
  type: ApiKeyType,
  environment: 'live' | 'test',
  { bytes = randomBytes(SECRET_BYTES) }: { bytes?: Buffer } = {},
): GeneratedKey {
  const head = `caas_${TYPE_CODES[type]}_${environment}_`;
  const secret = toBase62(bytes);
  return { key: head + secret, prefix: head + secret.slice(0, PREFIX_SECRET_LENGTH) };
}

/** Whether a text has the form of a key; checked before any I/O. */
export function hasApiKeyForm(text: string): boolean {
  return API_KEY_FORM.test(text);
}

/** The value by which a key is found: HMAC-SHA-256 with a pepper, in hex. 256 random bits need no slow hash. */
export function lookupOf(key: string, pepper: Buffer): string {
  return createHmac('sha256', pepper).update(key).digest('hex');
}

function toBase62(bytes: Buffer): string {
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let digits = '';
  while (value > 0n) {
    digits = BASE62.charAt(Number(value % 62n)) + digits;
    value /= 62n;
  }
  return digits.padStart(SECRET_LENGTH, '0');
}
