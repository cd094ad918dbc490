import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { ConflictError, NotFoundError, ValidationError } from '@caas/runtime';
import { type TenantId, dateTime, text, z } from '@caas/schema';
import { type ChangeOrigin } from '../change-origin.js';
import { JWT_KEYS_MAX } from './application-settings.js';
import { type Application } from './applications.collection.js';
import { type ApplicationsService } from './applications.service.js';

type StoredKey = Application['security']['jwt_keys'][number];

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;
const RSA_BITS_MIN = 2_048;
const KEY_LENGTH_MAX = 8_192;
const KID = /^[A-Za-z0-9_.\-]{1,128}$/u;

/** A public key with which tokens of users are verified that the tenant signs. */
export const newSigningKey = z.strictObject({
  kid: z.string().regex(KID, 'must be 1 to 128 of A-Z, a-z, 0-9, _, . and -'),
  alg: z.enum(ALGORITHMS),
  /** PEM (SubjectPublicKeyInfo), or the text of a JWK. Never the private half. */
  public_key: text({ min: 1, max: KEY_LENGTH_MAX }),
  not_before: dateTime().nullable().default(null),
  expires_at: dateTime().nullable().default(null),
});
export type NewSigningKey = z.output<typeof newSigningKey>;

export const signingKeyResource = z.strictObject({
  kid: text({ min: 1, max: 128 }),
  alg: z.enum(ALGORITHMS),
  /** As JWK. */
  public_jwk: z.strictObject({
    kty: z.enum(['RSA', 'EC', 'OKP']),
    crv: z.enum(['P-256', 'Ed25519']).optional(),
    n: text({ max: 1400 }).optional(),
    e: text({ max: 12 }).optional(),
    x: text({ max: 43 }).optional(),
    y: text({ max: 43 }).optional(),
  }),
  status: z.enum(['active', 'revoked']),
  not_before: dateTime().nullable(),
  expires_at: dateTime().nullable(),
});

export function toSigningKeyResource({
  kid,
  alg,
  public_jwk,
  status,
  not_before,
  expires_at,
}: StoredKey): z.output<typeof signingKeyResource> {
  return { kid, alg, public_jwk, status, not_before: not_before?.toISOString() ?? null, expires_at: expires_at?.toISOString() ?? null };
}

/** Signing keys of applications. */
export class SigningKeysService {
  readonly #applications: ApplicationsService;

  constructor({ applications }: { applications: ApplicationsService }) {
    this.#applications = applications;
  }

  async list(tenantId: TenantId, appId: string): Promise<readonly StoredKey[]> {
    return (await this.#applications.get(tenantId, appId)).security.jwt_keys;
  }

  /** Rejects with `ValidationError` naming `/body/public_key`, and with `ConflictError` for a name that is taken or one key too many. */
  async add(tenantId: TenantId, { appId, key }: { appId: string; key: NewSigningKey }, origin: ChangeOrigin): Promise<StoredKey> {
    const application = await this.#applications.get(tenantId, appId);
    const { security } = application;
    if (security.jwt_keys.some(({ kid }) => kid === key.kid))
      throw new ConflictError('The application has a key with this kid.', { details: { conflictWith: 'kid' } });
    if (security.jwt_keys.length >= JWT_KEYS_MAX) {
      throw new ConflictError(`An application has at most ${JWT_KEYS_MAX} signing keys. Remove one.`, {
        code: 'RES_LIMIT_REACHED',
        details: { limit: JWT_KEYS_MAX, current: security.jwt_keys.length },
      });
    }
    const stored: StoredKey = {
      kid: key.kid,
      alg: key.alg,
      public_jwk: publicJwkOf(key),
      status: 'active',
      not_before: key.not_before === null ? null : new Date(key.not_before),
      expires_at: key.expires_at === null ? null : new Date(key.expires_at),
    };
    const set = { security: { ...security, jwt_keys: [...security.jwt_keys, stored] } };
    await this.#applications.change(application, { set, action: { type: 'create', name: 'signing_key.created' } }, origin);
    return stored;
  }

  /** Tokens that it signed are refused from then on. Rejects with `NotFoundError`. */
  async remove(tenantId: TenantId, { appId, kid }: { appId: string; kid: string }, origin: ChangeOrigin): Promise<void> {
    const application = await this.#applications.get(tenantId, appId);
    const { security } = application;
    const left = security.jwt_keys.filter((key) => key.kid !== kid);
    if (left.length === security.jwt_keys.length) throw new NotFoundError();
    const set = { security: { ...security, jwt_keys: left } };
    await this.#applications.change(application, { set, action: { type: 'delete', name: 'signing_key.deleted' } }, origin);
  }
}

/** The key as JWK, without anything else. Throws `ValidationError` for what is no public key of the algorithm, or a private one. */
export function publicJwkOf({ alg, public_key: written }: Pick<NewSigningKey, 'alg' | 'public_key'>): StoredKey['public_jwk'] {
  const key = readKey(written);
  const jwk = key.export({ format: 'jwk' });
  const { kty, crv, n = '', e = '', x = '', y = '' } = jwk;
  if (alg === 'RS256' && kty === 'RSA' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS_MIN) return { kty, n, e };
  if (alg === 'ES256' && kty === 'EC' && crv === 'P-256') return { kty, crv, x, y };
  if (alg === 'EdDSA' && kty === 'OKP' && crv === 'Ed25519') return { kty, crv, x };
  throw issue(`is no key of ${alg}: RS256 takes RSA of ${RSA_BITS_MIN} bits and more, ES256 P-256, EdDSA Ed25519`);
}

function readKey(written: string): KeyObject {
  if (/PRIVATE KEY/u.test(written)) throw issue('is a private key: send the public half, and replace this one');
  try {
    if (!written.trimStart().startsWith('{')) return createPublicKey(written);
    const jwk = JSON.parse(written) as JsonWebKey;
    if (jwk.d !== undefined || jwk['k'] !== undefined) throw issue('is a private key: send the public half, and replace this one');
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (error) {
    throw error instanceof ValidationError ? error : issue('must be a public key as PEM or JWK');
  }
}

function issue(message: string): ValidationError {
  return new ValidationError([{ field: '/body/public_key', code: 'public_key', message }]);
}
