import { z } from 'zod';
import { text } from './text.js';

/** Bounds of a sealed secret. */
export interface SealedOptions {
  /** The most bytes the secret may have in clear. */
  maxBytes?: number;
}

/** A secret as it is stored when it must be read again: AES-256-GCM, all parts in base64url without padding. */
export type SealedValue = z.output<ReturnType<typeof sealed>>;

const SECRET_BYTES_MAX = 4096;
/** 12 bytes (NIST SP 800-38D §5.2.1.1). */
const IV = /^[A-Za-z0-9_\-]{16}$/u;
/** 16 bytes: the last character carries two bits. */
const TAG = /^[A-Za-z0-9_\-]{21}[AQgw]$/u;
const CIPHERTEXT = /^(?:[A-Za-z0-9_\-]{4})*(?:[A-Za-z0-9_\-]{3}|[A-Za-z0-9_\-]{2})?$/u;
/** A key's name, so that keys can be rotated; never the key. */
const KEY_ID = /^[A-Za-z0-9_\-]{1,32}$/u;

/** The name of a key that seals or peppers. */
export const keyId = (): z.ZodString => text({ min: 1, max: 32 }).regex(KEY_ID, 'must be 1 to 32 of A-Z, a-z, 0-9, _ and -');

/**
 * A reversible secret (TOTP seed, webhook secret, push token), encrypted: `kid` names the key, which is never in the database. The bytes are bound
 * to collection, document and field. Never returned after creation, never logged, exported or cached.
 */
export const sealed = ({ maxBytes = SECRET_BYTES_MAX }: SealedOptions = {}) =>
  z.strictObject({
    alg: z.literal('A256GCM'),
    kid: keyId(),
    iv: z.string().regex(IV, 'must be 12 bytes in base64url'),
    tag: z.string().regex(TAG, 'must be 16 bytes in base64url'),
    ct: text({ max: Math.ceil((maxBytes * 4) / 3) }).regex(CIPHERTEXT, 'must be base64url'),
  });

/** SHA-256 or HMAC-SHA-256 in lower-case hex: how a secret of 128 random bits and more is kept, and what a digest of a body looks like. */
export const hash = (): z.ZodString => z.string().regex(/^[0-9a-f]{64}$/u, 'must be a SHA-256 in hex');

/**
 * Argon2id as a PHC string: how a secret that a person chose is kept (passwords, backup codes). Weaker parameters than m=65536, t=3, p=4
 * (RFC 9106 §4) are refused, so that no document holds one.
 */
export const passwordHash = (): z.ZodString =>
  z
    .string()
    .regex(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+\/]{22,43}\$[A-Za-z0-9+\/]{43,86}$/u, 'must be Argon2id with m=65536,t=3,p=4');
