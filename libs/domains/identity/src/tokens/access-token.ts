import { SignJWT } from 'jose';
import { type Clock, type TokenMaterial } from '@caas/runtime';
import { newId, uuidOfId } from '@caas/schema';

/** `typ` of an access token (RFC 9068), so that no other JWT of ours is taken for one. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';
export const ACCESS_TOKEN_ALG = 'RS256';

/** Whom access tokens stand for. */
export const TOKEN_ACTORS = ['user', 'admin', 'platform'] as const;
export type TokenActor = (typeof TOKEN_ACTORS)[number];

/** What is said in an access token besides times and id. */
export interface AccessTokenClaims {
  readonly actor: TokenActor;
  /** The user's or admin's id; the application's id in the token of an application. */
  readonly sub: string;
  /** Absent in tokens of staff of the platform. */
  readonly tenant_id?: string;
  readonly app_id?: string;
  readonly user_id?: string;
  readonly roles: readonly string[];
  readonly session_id?: string;
  readonly device_id?: string;
  readonly env: 'live' | 'test';
  /** Narrows what the roles grant; never widens. */
  readonly permissions?: readonly string[];
  readonly amr?: readonly string[];
}

/** An access token that was just issued. */
export interface IssuedToken {
  readonly text: string;
  readonly jti: string;
  readonly expiresAt: Date;
}

/** What an application says about its tokens; the platform's own where it says nothing. */
export interface TokenTerms {
  readonly issuer?: string | null;
  readonly audience?: string | null;
  readonly ttlSeconds?: number;
}

/** Issues access tokens: RS256 under the key that signs now. */
export class AccessTokenIssuer {
  readonly #material: TokenMaterial;
  readonly #clock: Clock;

  constructor({ material, clock }: { material: TokenMaterial; clock: Clock }) {
    this.#material = material;
    this.#clock = clock;
  }

  /** Id and end of a token to be, for whoever keeps them before it is signed. */
  plan({ ttlSeconds = this.#material.settings.accessTtlSeconds }: TokenTerms = {}): Omit<IssuedToken, 'text'> {
    const issuedAt = Math.floor(this.#clock.now() / 1_000);
    return { jti: uuidOfId('sess', newId('sess')), expiresAt: new Date((issuedAt + ttlSeconds) * 1_000) };
  }

  async issue(claims: AccessTokenClaims, terms: TokenTerms = {}, planned = this.plan(terms)): Promise<IssuedToken> {
    const { keys, settings } = this.#material;
    const issuedAt = Math.floor(this.#clock.now() / 1_000);
    const text = await new SignJWT({ ...claims, roles: [...claims.roles] })
      .setProtectedHeader({ alg: ACCESS_TOKEN_ALG, typ: ACCESS_TOKEN_TYPE, kid: keys.active.kid })
      .setIssuer(terms.issuer ?? settings.issuer)
      .setAudience(terms.audience ?? settings.audience)
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(Math.floor(planned.expiresAt.getTime() / 1_000))
      .setJti(planned.jti)
      .sign(keys.active.privateKey);
    return { ...planned, text };
  }
}
