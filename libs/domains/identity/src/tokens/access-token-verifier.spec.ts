import { createHmac } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from '@jest/globals';
import { ManualClock, TokenKeys } from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { aTokenMaterial } from '../fixtures/tokens.fixture.js';
import { type AccessTokenClaims, AccessTokenIssuer } from './access-token.js';
import { AccessTokenVerifier } from './access-token-verifier.js';

const material = aTokenMaterial();
const clock = new ManualClock(1_800_000_000_000);
const now = 1_800_000_000;
const issuer = new AccessTokenIssuer({ material, clock });
const verifier = new AccessTokenVerifier({ material, clock });
const claims: AccessTokenClaims = {
  actor: 'user',
  sub: newId('usr'),
  tenant_id: newTenantId(),
  app_id: newId('app'),
  roles: ['user'],
  env: 'live',
};
const times = { iss: 'caas.io', aud: 'caas-api', iat: now, nbf: now, exp: now + 900, jti: 'j1' };

/** A token that is right but for what is given. */
function aToken(payload: object = {}, header: object = {}): Promise<string> {
  return new SignJWT({ ...claims, ...times, ...payload })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: material.keys.active.kid, ...header })
    .sign(material.keys.active.privateKey);
}
const codeOf = (token: string, by = verifier): Promise<unknown> =>
  by.verify(token).then(
    () => 'ok',
    (error: { code: unknown }) => error.code,
  );
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('access tokens', () => {
  it('are verified with what they were issued with', async () => {
    const { text, jti, expiresAt } = await issuer.issue({ ...claims, permissions: ['message.read'] });

    const token = await verifier.verify(text);

    expect(token).toMatchObject({ claims: { ...claims, permissions: ['message.read'] }, issuer: 'caas.io', audience: ['caas-api'], jti });
    expect(token.expiresAt).toBe(expiresAt.getTime());
    expect(jti).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('are narrowed by scope as by permissions', async () => {
    const token = await verifier.verify(await aToken({ scope: 'message.read  user.read' }));

    expect(token.claims.permissions).toEqual(['message.read', 'user.read']);
  });

  it.each<[what: string, token: () => Promise<string>, code: string]>([
    ['no JWT', async () => 'nonsense', 'AUTH_TOKEN_MALFORMED'],
    ['two parts', async () => 'eyJhbGciOiJSUzI1NiJ9.e30', 'AUTH_TOKEN_MALFORMED'],
    ['a header that is no JSON', async () => `${Buffer.from('{').toString('base64url')}.e30.AAAA`, 'AUTH_TOKEN_MALFORMED'],
    ['too long', () => aToken({ filler: 'x'.repeat(9_000) }), 'AUTH_TOKEN_MALFORMED'],
    ['alg none', async () => new UnsecuredJWT({ ...claims, ...times }).encode(), 'AUTH_TOKEN_SIGNATURE'],
    [
      'alg none with the kid and the type of a good one',
      async () => `${encoded({ alg: 'none', typ: 'at+jwt', kid: material.keys.active.kid })}.${encoded({ ...claims, ...times })}.`,
      'AUTH_TOKEN_SIGNATURE',
    ],
    ['HS256 with the public key as secret', async () => hmacToken(), 'AUTH_TOKEN_SIGNATURE'],
    ['no kid', () => aToken({}, { kid: undefined }), 'AUTH_TOKEN_SIGNATURE'],
    ['an unknown kid', () => aToken({}, { kid: 'other' }), 'AUTH_TOKEN_SIGNATURE'],
    ['a payload that was changed', async () => tampered(await aToken()), 'AUTH_TOKEN_SIGNATURE'],
    ['another key under a known kid', () => forged(), 'AUTH_TOKEN_SIGNATURE'],
    ['another type', () => aToken({}, { typ: 'JWT' }), 'AUTH_TOKEN_CLAIMS'],
    ['no type', () => aToken({}, { typ: undefined }), 'AUTH_TOKEN_CLAIMS'],
    ['nbf in the future', () => aToken({ nbf: now + 31 }), 'AUTH_TOKEN_CLAIMS'],
    ['iat in the future', () => aToken({ iat: now + 31 }), 'AUTH_TOKEN_CLAIMS'],
    ['no exp', () => aToken({ exp: undefined }), 'AUTH_TOKEN_CLAIMS'],
    ['an unknown actor', () => aToken({ actor: 'root' }), 'AUTH_TOKEN_CLAIMS'],
    ['no jti', () => aToken({ jti: undefined }), 'AUTH_TOKEN_CLAIMS'],
    ['a user id that is none', () => aToken({ user_id: { $ne: null } }), 'AUTH_TOKEN_CLAIMS'],
    ['expired', () => aToken({ iat: now - 1_000, nbf: now - 1_000, exp: now - 30 }), 'AUTH_TOKEN_EXPIRED'],
    ['expired within the tolerance', () => aToken({ iat: now - 1_000, nbf: now - 1_000, exp: now - 29 }), 'ok'],
    ['issued by a clock that is ahead by less than that', () => aToken({ iat: now + 30, nbf: now + 30 }), 'ok'],
  ])('are judged: %s', async (_, token, code) => {
    expect(await codeOf(await token())).toBe(code);
  });

  it('of an older key are good while it is published, and not when it is gone', async () => {
    const token = await aToken();
    const next = TokenKeys.ephemeral().active;
    const publicKey = material.keys.publicKey(material.keys.active.kid);
    if (publicKey === undefined) throw new Error('the active key verifies nothing');
    const rotated = new TokenKeys(next, new Map([[material.keys.active.kid, publicKey]]));
    const by = (keys: TokenKeys): AccessTokenVerifier => new AccessTokenVerifier({ material: { ...material, keys }, clock });

    expect(await codeOf(token, by(rotated))).toBe('ok');
    expect(await codeOf(token, by(new TokenKeys(next)))).toBe('AUTH_TOKEN_SIGNATURE');
  });
});

/** Signed as an HMAC under the public key, which everybody has: what a verifier that takes the algorithm from the token would accept. */
function hmacToken(): string {
  const { active } = material.keys;
  const pem = material.keys.publicKey(active.kid)?.export({ format: 'pem', type: 'spki' }) ?? '';
  const signed = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: active.kid })}.${encoded({ ...claims, ...times })}`;
  return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
}

function tampered(token: string): string {
  const [header = '', , signature = ''] = token.split('.');
  return `${header}.${encoded({ ...claims, ...times, roles: ['admin'] })}.${signature}`;
}

function forged(): Promise<string> {
  const { privateKey } = TokenKeys.ephemeral().active;
  return new SignJWT({ ...claims, ...times })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: material.keys.active.kid })
    .sign(privateKey);
}
