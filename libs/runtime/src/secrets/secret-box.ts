import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { type SealedValue } from '@caas/schema';
import { SealBrokenError, SealingKeyUnknownError } from './seal-errors.js';
import { type SecretPlace } from './secret-place.js';

/** A key of 32 bytes and its name, which is stored with what it seals. */
export interface SealingKey {
  readonly kid: string;
  readonly key: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** The length for which GCM is made; random ones are safe for 2^32 secrets per key (NIST SP 800-38D §8.3). */
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Keeps the key apart from others that come from the same source. */
const PURPOSE = 'caas sealed secrets';

/**
 * Seals secrets that must be read again: AES-256-GCM, bound to their {@link SecretPlace}, under a key that the database never sees. The first key
 * seals, all of them open: to rotate, put a new one in front, seal again what {@link needsResealing}, then take the old one away.
 */
export class SecretBox {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: string;

  /** Throws `TypeError` without a key, for a key of another length and for a kid that is there twice; never with key material. */
  constructor(keys: readonly SealingKey[]) {
    const [first] = keys;
    if (first === undefined) throw new TypeError('There is no key to seal with.');
    for (const { kid, key } of keys)
      if (key.length !== KEY_BYTES) throw new TypeError(`Sealing key "${kid}" must have ${KEY_BYTES} bytes.`);
    this.#keys = new Map(keys.map(({ kid, key }) => [kid, Buffer.from(hkdfSync('sha256', key, '', PURPOSE, KEY_BYTES))]));
    if (this.#keys.size !== keys.length) throw new TypeError('Two sealing keys have one kid.');
    this.#current = first.kid;
  }

  /** Never twice the same, also for the same secret. */
  seal(secret: string | Uint8Array, place: SecretPlace): SealedValue {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key(this.#current), iv, { authTagLength: TAG_BYTES }).setAAD(associatedData(place));
    const ct = Buffer.concat([cipher.update(secret), cipher.final()]);
    return {
      alg: 'A256GCM',
      kid: this.#current,
      iv: iv.toString('base64url'),
      tag: cipher.getAuthTag().toString('base64url'),
      ct: ct.toString('base64url'),
    };
  }

  /**
   * The secret in clear; whoever asks keeps it out of logs, caches and answers. Throws {@link SealingKeyUnknownError} for a key that is not here
   * any more, and {@link SealBrokenError} when anything was changed or the place is another one.
   */
  open(sealed: SealedValue, place: SecretPlace): Buffer {
    const key = this.#key(sealed.kid);
    const [iv, tag] = [Buffer.from(sealed.iv, 'base64url'), Buffer.from(sealed.tag, 'base64url')];
    if (iv.length !== IV_BYTES || tag.length !== TAG_BYTES) throw new SealBrokenError(place);
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(associatedData(place)).setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(Buffer.from(sealed.ct, 'base64url')), decipher.final()]);
    } catch (cause) {
      throw new SealBrokenError(place, { cause });
    }
  }

  /** Whether an older key sealed it. */
  needsResealing(sealed: SealedValue): boolean {
    return sealed.kid !== this.#current;
  }

  /** The same secret under the present key. Throws as {@link open} does. */
  reseal(sealed: SealedValue, place: SecretPlace): SealedValue {
    return this.seal(this.open(sealed, place), place);
  }

  #key(kid: string): Buffer {
    const key = this.#keys.get(kid);
    if (key === undefined) throw new SealingKeyUnknownError();
    return key;
  }
}

/** As JSON, so that no two places read the same. */
function associatedData({ collection, id, field }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([collection, id, field]));
}
