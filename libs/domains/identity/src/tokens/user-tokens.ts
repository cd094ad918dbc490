import { hash } from 'node:crypto';
import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import {
  type ActingUserResolver,
  AuthenticationError,
  type Clock,
  type Principal,
  type TenantContext,
  type TenantDirectory,
  type TokenSettings,
} from '@caas/runtime';
import { parseTenantId, z } from '@caas/schema';
import { type ApplicationDirectory, environmentOf, type KnownApplication } from '../applications/application-directory.js';
import { type RevocationList } from '../revocations/revocation-list.js';
import { type UserReader } from '../users/user-reader.js';
import { type TokenKind } from './token-authenticator.js';
import { timeFaultOf } from './token-times.js';
import { refuseUser, requireEnabled } from './user-token-holders.js';
import { refused } from './access-token-verifier.js';

/** The `aud` of tokens that tenants sign, whatever ours say. */
export const USER_TOKEN_AUDIENCE = 'caas-api';
const LIFETIME_SECONDS_MAX = 3_600;
const ALGORITHMS: ReadonlySet<string> = new Set(['RS256', 'ES256', 'EdDSA']);

const payloadShape = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  sub: z.string().min(1).max(255),
  exp: z.number(),
  iat: z.number(),
  nbf: z.number().optional(),
  jti: z.string().min(1).max(255).optional(),
});

/** A token that a tenant signed for one of its users. */
export interface UserToken {
  readonly appId: string;
  readonly kid: string;
  readonly externalId: string;
  /** Absent in tokens that are good more than once. */
  readonly jti: string | undefined;
  /** Names the token itself, also where it has no `jti`. */
  readonly tokenId: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Where such a token is good. */
export interface UserTokenPlace {
  readonly tenant: TenantContext;
  readonly application: KnownApplication;
}

export interface UserTokensParts {
  readonly settings: TokenSettings;
  readonly tenants: TenantDirectory;
  readonly applications: ApplicationDirectory;
  readonly revocations: RevocationList;
  readonly actingUsers: ActingUserResolver;
  readonly users: Pick<UserReader, 'find'>;
  readonly clock: Clock;
}

/**
 * Tokens that tenants sign with keys of their own, whose public halves their application knows. `iss` is the application, `sub` the user's id in the tenant's
 * system. They live an hour at most; that the key is in force still is looked at with every use.
 */
export class UserTokens implements TokenKind<UserToken> {
  readonly #parts: UserTokensParts;

  constructor(parts: UserTokensParts) {
    this.#parts = parts;
  }

  /** Rejects with `AuthenticationError` `AUTH_USER_TOKEN_INVALID` for everything that is wrong with a token itself. */
  async verify(text: string): Promise<UserToken> {
    if (text.length > this.#parts.settings.tokenBytesMax) throw invalid('too long');
    const { alg, kid, appId } = outline(text);
    const application = await this.#application(appId);
    const key = this.#keyInForce(application, kid);
    if (key.alg !== alg) throw invalid('algorithm');
    const claims = await this.#claims(text, { alg, key: await importJWK(key.public_jwk as JWK, alg) });
    if (claims.iss !== appId || ![claims.aud].flat().includes(USER_TOKEN_AUDIENCE)) throw invalid('issuer or audience');
    const { sub: externalId, iat, exp, jti } = claims;
    const tokenId = hash('sha256', jti === undefined ? text : `${appId} ${jti}`, 'base64url');
    return { appId, kid, externalId, jti, tokenId, issuedAt: iat * 1_000, expiresAt: exp * 1_000 };
  }

  /** The user exists already, or the token is refused. */
  async principalOf(token: UserToken): Promise<Principal> {
    const { tenant, application } = await this.placeOf(token);
    const reference = `ext:${token.externalId}`;
    const { actingUsers, users, revocations } = this.#parts;
    const user = (await actingUsers.resolve(tenant, reference)) ?? (await refuseUser(users, tenant, reference));
    const { issuedAt, expiresAt, tokenId } = token;
    const isRevoked = await revocations.isRevoked(issuedAt, [
      { kind: 'token', id: `${tenant.tenantId}:${tokenId}` },
      { kind: 'user', id: user.userId },
      { kind: 'app', id: application.app_id },
      { kind: 'tenant', id: tenant.tenantId },
    ]);
    if (isRevoked) throw refused('AUTH_TOKEN_REVOKED');
    return {
      ...{ actor: 'user', authType: 'sdk', tenantId: tenant.tenantId, appId: application.app_id, subjectId: user.userId, user, tokenId },
      ...{ roles: user.roles, environment: environmentOf(application), permissions: user.permissions, issuedAt, expiresAt },
    };
  }

  /** Tenant and application, as they are now. Rejects when its key is not in force any more. */
  async placeOf({ appId, kid }: UserToken): Promise<UserTokenPlace> {
    const application = await this.#application(appId);
    this.#keyInForce(application, kid);
    const tenant = await this.#parts.tenants.get(parseTenantId(application.tenant_id));
    if (tenant === undefined) throw invalid('unknown tenant');
    requireEnabled(application);
    return { tenant, application };
  }

  refusal(reason: 'too_long' | 'expired'): AuthenticationError {
    return invalid(reason);
  }

  async #application(appId: string): Promise<KnownApplication> {
    const application = await this.#parts.applications.get(appId);
    if (application === undefined || application.status === 'deleted') throw invalid('unknown application');
    return application;
  }

  #keyInForce({ security }: KnownApplication, kid: string): KnownApplication['security']['jwt_keys'][number] {
    const now = this.#parts.clock.now();
    const key = security.jwt_keys.find((candidate) => candidate.kid === kid);
    const isInForce = key?.status === 'active' && (key.not_before?.getTime() ?? 0) <= now && (key.expires_at?.getTime() ?? Infinity) > now;
    if (!isInForce) throw invalid('unknown key');
    return key;
  }

  async #claims(text: string, { alg, key }: { alg: string; key: Awaited<ReturnType<typeof importJWK>> }) {
    const payload = await compactVerify(text, key, { algorithms: [alg] }).then(
      (verified) => JSON.parse(new TextDecoder().decode(verified.payload)) as object,
      (cause: unknown) => Promise.reject(invalid('signature', cause)),
    );
    const parsed = payloadShape.safeParse(payload);
    if (!parsed.success) throw invalid('claims');
    const { settings, clock } = this.#parts;
    const fault = timeFaultOf(parsed.data, clock.now(), settings.clockToleranceSeconds);
    if (fault !== undefined || parsed.data.exp - parsed.data.iat > LIFETIME_SECONDS_MAX) throw invalid('times');
    return parsed.data;
  }
}

/** What an unverified token says about how it is to be verified. Nothing of it is believed before. */
function outline(text: string): { alg: string; kid: string; appId: string } {
  try {
    const { alg, kid } = decodeProtectedHeader(text);
    const [, body = ''] = text.split('.');
    const { iss } = JSON.parse(Buffer.from(body, 'base64url').toString()) as { iss?: unknown };
    if (alg !== undefined && ALGORITHMS.has(alg) && kid !== undefined && typeof iss === 'string' && /^app_[0-9a-z]{26}$/.test(iss)) {
      return { alg, kid, appId: iss };
    }
  } catch (cause) {
    throw invalid('form', cause);
  }
  throw invalid('form');
}

/** What is wrong with tokens that somebody made up, and never with one that was good once. */
const GUESSES: ReadonlySet<string> = new Set(['form', 'algorithm', 'signature', 'unknown application']);

/** One text for all: which it was is for the log. */
function invalid(reason: string, cause?: unknown): AuthenticationError {
  return new AuthenticationError('AUTH_USER_TOKEN_INVALID', 'The token that the tenant signed is not accepted.', {
    cause: cause ?? new Error(reason),
    details: { isGuess: GUESSES.has(reason) },
  });
}
