import { compactVerify, decodeProtectedHeader, errors, type ProtectedHeaderParameters } from 'jose';
import { AuthenticationError, type Clock, type TokenMaterial } from '@caas/runtime';
import { isId, z } from '@caas/schema';
import { ACCESS_TOKEN_ALG, ACCESS_TOKEN_TYPE, type AccessTokenClaims, TOKEN_ACTORS } from './access-token.js';
import { timeFaultOf } from './token-times.js';

/** A token that we signed, with its claims checked; whether it still holds is another question. */
export interface VerifiedToken {
  readonly claims: AccessTokenClaims;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly jti: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const id = (prefix: Parameters<typeof isId>[0]) => z.string().refine((text) => isId(prefix, text));
const names = z.array(z.string().max(100)).max(100);

const payloadShape = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  sub: z.string().min(1).max(255),
  jti: z.string().min(1).max(64),
  exp: z.number(),
  iat: z.number(),
  actor: z.enum(TOKEN_ACTORS),
  tenant_id: z.string().optional(),
  app_id: id('app').optional(),
  user_id: id('usr').optional(),
  roles: names,
  session_id: id('sess').optional(),
  device_id: id('dev').optional(),
  env: z.enum(['live', 'test']),
  scope: z.string().max(4_000).optional(),
  permissions: names.optional(),
  amr: names.optional(),
});

/**
 * Verifies access tokens, the cheap checks first: size, structure, algorithm, key, signature, then times and form of the claims. Algorithms other than RS256 are
 * refused before a key is looked for, so that no public key is ever taken for a secret.
 */
export class AccessTokenVerifier {
  readonly #material: TokenMaterial;
  readonly #clock: Clock;

  constructor({ material, clock }: { material: TokenMaterial; clock: Clock }) {
    this.#material = material;
    this.#clock = clock;
  }

  /** Throws `AuthenticationError`: `AUTH_TOKEN_MALFORMED`, `AUTH_TOKEN_SIGNATURE`, `AUTH_TOKEN_CLAIMS` or `AUTH_TOKEN_EXPIRED`. */
  async verify(token: string): Promise<VerifiedToken> {
    const { keys } = this.#material;
    const { alg, kid, typ } = this.#header(token);
    if (alg !== ACCESS_TOKEN_ALG || kid === undefined) throw refused('AUTH_TOKEN_SIGNATURE');
    if (typ?.toLowerCase() !== ACCESS_TOKEN_TYPE) throw refused('AUTH_TOKEN_CLAIMS');
    const key = keys.publicKey(kid);
    if (key === undefined) throw refused('AUTH_TOKEN_SIGNATURE');
    const payload = await verifiedPayload(token, key);
    return this.#claims(payload);
  }

  #header(token: string): ProtectedHeaderParameters {
    if (token.length > this.#material.settings.tokenBytesMax) throw refused('AUTH_TOKEN_MALFORMED');
    if (token.split('.').length !== 3) throw refused('AUTH_TOKEN_MALFORMED');
    try {
      return decodeProtectedHeader(token);
    } catch (cause) {
      throw refused('AUTH_TOKEN_MALFORMED', cause);
    }
  }

  #claims(payload: unknown): VerifiedToken {
    const fault = timeFaultOf(payload ?? {}, this.#clock.now(), this.#material.settings.clockToleranceSeconds);
    if (fault === 'expired') throw refused('AUTH_TOKEN_EXPIRED');
    const parsed = payloadShape.safeParse(payload);
    if (fault !== undefined || !parsed.success) throw refused('AUTH_TOKEN_CLAIMS');
    const { iss, aud, jti, exp, iat, scope, nbf: _, permissions, ...claims } = parsed.data;
    const narrowing = permissions ?? scope?.split(' ').filter((name) => name !== '');
    return {
      claims: { ...claims, ...(narrowing !== undefined && { permissions: narrowing }) },
      issuer: iss,
      audience: [aud].flat(),
      jti,
      issuedAt: iat * 1_000,
      expiresAt: exp * 1_000,
    };
  }
}

async function verifiedPayload(token: string, key: Parameters<typeof compactVerify>[1] & object): Promise<unknown> {
  try {
    const { payload } = await compactVerify(token, key as never, { algorithms: [ACCESS_TOKEN_ALG] });
    return JSON.parse(new TextDecoder().decode(payload)) as unknown;
  } catch (cause) {
    throw refused(cause instanceof errors.JWSSignatureVerificationFailed ? 'AUTH_TOKEN_SIGNATURE' : 'AUTH_TOKEN_MALFORMED', cause);
  }
}

const TEXTS = {
  AUTH_TOKEN_MALFORMED: 'The token is not a signed JWT of the accepted form.',
  AUTH_TOKEN_SIGNATURE: 'The token was not signed by a key that is in force.',
  AUTH_TOKEN_CLAIMS: 'The token is not for this service.',
  AUTH_TOKEN_EXPIRED: 'The token has expired.',
  AUTH_TOKEN_REVOKED: 'The token was revoked.',
  AUTH_SESSION_TERMINATED: 'The session of the token has ended.',
  AUTH_USER_DELETED: 'The user of the token does not exist any more.',
} as const;

/** The refusal of a token. */
export function refused(code: keyof typeof TEXTS, cause?: unknown): AuthenticationError {
  return new AuthenticationError(code, TEXTS[code], cause === undefined ? {} : { cause });
}
