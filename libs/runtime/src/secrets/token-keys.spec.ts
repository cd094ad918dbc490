import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readPrivateKey, readPublicKey, thumbprintOf, TokenKeys } from './token-keys.js';

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const pemOf = (key: ReturnType<typeof rsa>['privateKey'], type: 'pkcs8' | 'spki') => key.export({ format: 'pem', type }).toString();

describe('TokenKeys', () => {
  it('show every key that verifies, and of none its private half', () => {
    const [active, older] = [rsa(2048), rsa(2048)];

    const keys = new TokenKeys({ kid: 'new', privateKey: active.privateKey }, new Map([['old', older.publicKey]]));

    expect(keys.jwks().keys).toEqual([
      { kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'new', e: 'AQAB', n: expect.any(String) },
      { kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'old', e: 'AQAB', n: expect.any(String) },
    ]);
    expect(keys.publicKey('old')?.equals(older.publicKey)).toBe(true);
    expect(keys.publicKey('gone')).toBeUndefined();
  });

  it('are named by their content where they have no name', () => {
    const keys = TokenKeys.ephemeral();

    expect(keys.active.kid).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(keys.active.kid).not.toBe(TokenKeys.ephemeral().active.kid);
  });

  it('have the thumbprint of RFC 7638', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const key = rsa(2048).publicKey;
    const example = Object.assign(Object.create(key) as typeof key, { export: () => ({ n, e: 'AQAB' }) });
    Object.defineProperty(example, 'asymmetricKeyType', { value: 'rsa' });

    expect(thumbprintOf(example)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  it.each([
    ['a short RSA key', () => rsa(1024).privateKey],
    ['a key of a curve', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
  ])('refuse %s', (_, make) => {
    expect(() => new TokenKeys({ kid: 'k', privateKey: make() })).toThrow('Token key "k" must be an RSA key of at least 2048 bits.');
  });
});

describe('reading keys', () => {
  const { privateKey, publicKey } = rsa(2048);

  it('takes PEM, also with line breaks written as \\n', () => {
    const pem = pemOf(privateKey, 'pkcs8');

    expect(readPrivateKey(pem).equals(privateKey)).toBe(true);
    expect(readPrivateKey(pem.replaceAll('\n', '\\n')).equals(privateKey)).toBe(true);
    expect(readPublicKey(pemOf(publicKey, 'spki')).equals(publicKey)).toBe(true);
  });

  it('takes no private key for a public one, and shows nothing of it', () => {
    expect(() => readPublicKey(pemOf(privateKey, 'pkcs8'))).toThrow(new TypeError('must be a public key in PEM form'));
    expect(() => readPrivateKey('hunter2')).toThrow(new TypeError('must be a private key in PEM form'));
  });
});
