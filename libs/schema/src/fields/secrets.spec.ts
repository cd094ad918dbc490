import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hash, keyId, passwordHash, sealed } from './secrets.js';

describe('sealed', () => {
  const value = (change: Record<string, unknown> = {}) => ({
    alg: 'A256GCM',
    kid: 'k-1',
    iv: randomBytes(12).toString('base64url'),
    tag: randomBytes(16).toString('base64url'),
    ct: randomBytes(30).toString('base64url'),
    ...change,
  });

  it.each([0, 1, 2, 3, 4, 30, 31, 32])('takes a secret of %d bytes', (length) => {
    expect(sealed({ maxBytes: 32 }).safeParse(value({ ct: randomBytes(length).toString('base64url') })).error).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>]>([
    ['another algorithm', { alg: 'A128GCM' }],
    ['no key id', { kid: '' }],
    ['a key id with a colon', { kid: 'a:b' }],
    ['a short iv', { iv: randomBytes(11).toString('base64url') }],
    ['a short tag, as an attacker would like it', { tag: randomBytes(12).toString('base64url') }],
    ['a tag with bits to spare', { tag: `${'A'.repeat(21)}B` }],
    ['padding', { ct: 'AA==' }],
    ['a length that no bytes have', { ct: 'AAAAA' }],
    ['too many bytes', { ct: randomBytes(33).toString('base64url') }],
    ['the secret in clear beside it', { clear: 'x' }],
  ])('refuses %s', (_, change) => {
    expect(sealed({ maxBytes: 32 }).safeParse(value(change)).success).toBe(false);
  });
});

describe('hash', () => {
  it('takes SHA-256 in lower-case hex, and nothing else', () => {
    const digest = randomBytes(32).toString('hex').replace(/^./u, 'a');

    expect(hash().safeParse(digest).success).toBe(true);
    for (const bad of [digest.toUpperCase(), digest.slice(1), `${digest}0`, `${digest}\n`])
      expect(hash().safeParse(bad).success).toBe(false);
  });
});

describe('passwordHash', () => {
  const phc = (parameters: string): string => `$argon2id$v=19$${parameters}$${'A'.repeat(22)}$${'B'.repeat(43)}`;

  it('takes Argon2id with the agreed parameters', () => {
    expect(passwordHash().safeParse(phc('m=65536,t=3,p=4')).success).toBe(true);
  });

  it.each(['m=4096,t=3,p=4', 'm=65536,t=1,p=4', 'm=65536,t=3,p=1'])('refuses weaker ones: %s', (parameters) => {
    expect(passwordHash().safeParse(phc(parameters)).success).toBe(false);
  });

  it.each(['hunter2', '$2b$12$abcdefghijklmnopqrstuv', phc('m=65536,t=3,p=4').replace('argon2id', 'argon2i')])('refuses %s', (value) => {
    expect(passwordHash().safeParse(value).success).toBe(false);
  });
});

describe('keyId', () => {
  it.each([
    ['k1', true],
    ['2026-07_a', true],
    ['', false],
    ['a'.repeat(33), false],
    ['a,b', false],
  ])('%j', (value, good) => {
    expect(keyId().safeParse(value).success).toBe(good);
  });
});
