import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Fewer bits are refused. */
export const RSA_BITS_MIN = 2_048;

/** A key that signs, and the name under which verifiers find its public half. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** A public key as JWKS shows it (RFC 7517). */
export interface PublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'RS256';
}

/**
 * The RSA keys of access tokens: one signs, all of them verify. To rotate, let every process verify with the new key first, then sign with it, and take the old
 * one away when the last token that it signed has expired.
 */
export class TokenKeys {
  readonly active: SigningKey;
  readonly #publicKeys: ReadonlyMap<string, KeyObject>;

  /** Throws `TypeError` for a key that is not RSA of at least {@link RSA_BITS_MIN} bits; never with key material. */
  constructor(active: SigningKey, publicKeys: ReadonlyMap<string, KeyObject> = new Map()) {
    this.active = active;
    this.#publicKeys = new Map([[active.kid, createPublicKey(active.privateKey)], ...publicKeys]);
    for (const [kid, key] of this.#publicKeys) requireRsa(kid, key);
  }

  /** A pair that dies with the process: tokens of other processes, and of this one before a restart, are not accepted. */
  static ephemeral(): TokenKeys {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: RSA_BITS_MIN });
    return new TokenKeys({ kid: thumbprintOf(publicKey), privateKey });
  }

  /** The key that a token names; `undefined` for one that is not, or no longer, in force. */
  publicKey(kid: string): KeyObject | undefined {
    return this.#publicKeys.get(kid);
  }

  /** Every key that verifies, for `/.well-known/jwks.json`. */
  jwks(): { readonly keys: readonly PublicJwk[] } {
    return { keys: [...this.#publicKeys].map(([kid, key]) => ({ ...rsaParts(key), kid, use: 'sig', alg: 'RS256' })) };
  }
}

/** Reads a private key in PEM form. Throws `TypeError` for anything else; never with key material. */
export function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(unfolded(pem));
  } catch {
    throw new TypeError('must be a private key in PEM form');
  }
}

/** Reads a public key in PEM form; a private key is refused, so that none is taken for one. */
export function readPublicKey(pem: string): KeyObject {
  const text = unfolded(pem);
  try {
    if (!text.includes('PRIVATE KEY')) return createPublicKey(text);
  } catch {
    // answered below
  }
  throw new TypeError('must be a public key in PEM form');
}

/** Whether both are halves of one pair. */
export function isPair(privateKey: KeyObject, publicKey: KeyObject): boolean {
  return createPublicKey(privateKey).equals(publicKey);
}

/** The name of a key by its content (RFC 7638). */
export function thumbprintOf(publicKey: KeyObject): string {
  const { kty, n, e } = rsaParts(publicKey);
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
}

function requireRsa(kid: string, key: KeyObject): void {
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= RSA_BITS_MIN) return;
  throw new TypeError(`Token key "${kid}" must be an RSA key of at least ${RSA_BITS_MIN} bits.`);
}

function rsaParts(key: KeyObject): Pick<PublicJwk, 'kty' | 'n' | 'e'> {
  const { n, e } = key.export({ format: 'jwk' });
  if (key.asymmetricKeyType !== 'rsa' || n === undefined || e === undefined) throw new TypeError('A token key must be an RSA key.');
  return { kty: 'RSA', n, e };
}

/** Environment files have no line breaks in values: there they are written `\n`. */
function unfolded(pem: string): string {
  return pem.replaceAll('\\n', '\n');
}
