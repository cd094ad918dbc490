import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { thumbprintOf } from '../secrets/token-keys.js';
import { ConfigError, loadConfig } from './define-config.js';
import { TOKEN_CONFIG, tokenMaterialOf, tokenRules } from './token-config.js';

function aPair() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [privatePem, publicPem] = [privateKey.export({ format: 'pem', type: 'pkcs8' }), publicKey.export({ format: 'pem', type: 'spki' })];
  return { privatePem: privatePem.toString(), publicPem: publicPem.toString(), kid: thumbprintOf(publicKey) };
}
const [one, two] = [aPair(), aPair()];
const configured = { JWT_PRIVATE_KEY: one.privatePem, JWT_PUBLIC_KEY: one.publicPem };

function load(env: Record<string, string>, NODE_ENV = 'production') {
  return loadConfig(TOKEN_CONFIG, env, (config) => tokenRules({ ...config, NODE_ENV }));
}
function materialOf(env: Record<string, string>, NODE_ENV?: string) {
  let isEphemeral = false;
  const material = tokenMaterialOf(load(env, NODE_ENV), () => (isEphemeral = true));
  return { ...material, isEphemeral, kids: material.keys.jwks().keys.map(({ kid }) => kid) };
}
function complaints(env: Record<string, string>, NODE_ENV?: string): string[] {
  try {
    load(env, NODE_ENV);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toMatch(/BEGIN|MII/);
    return error.problems.map(({ variable }) => variable).sort();
  }
}
function aFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'token-keys-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('keys of access tokens', () => {
  it('are required in production, and made at start elsewhere', () => {
    expect(complaints({})).toEqual(['JWT_PRIVATE_KEY', 'JWT_PUBLIC_KEY']);
    expect(materialOf({}, 'development')).toMatchObject({ isEphemeral: true, kids: [expect.any(String)] });
  });

  it('are named by their thumbprint, or as JWT_ACTIVE_KID says', () => {
    expect(materialOf(configured)).toMatchObject({ isEphemeral: false, kids: [one.kid] });
    expect(materialOf({ ...configured, JWT_ACTIVE_KID: '2026-01' })).toMatchObject({ kids: ['2026-01'] });
  });

  it('verify from the folder while another one signs, and sign from it when JWT_ACTIVE_KID says so', () => {
    const folder = aFolder({ 'next.pem': two.privatePem, 'next.pub.pem': two.publicPem, 'last.pub.pem': one.publicPem });

    const before = materialOf({ ...configured, JWT_KEYS_DIR: folder });
    const after = materialOf({ ...configured, JWT_KEYS_DIR: folder, JWT_ACTIVE_KID: 'next' });

    expect(before.keys.active.kid).toBe(one.kid);
    expect(new Set(before.kids)).toEqual(new Set([one.kid, 'last', 'next']));
    expect(after.keys.active.kid).toBe('next');
    expect(new Set(after.kids)).toEqual(new Set([one.kid, 'last', 'next']));
    expect(materialOf({ JWT_KEYS_DIR: folder, JWT_ACTIVE_KID: 'next' }).keys.active.kid).toBe('next');
  });

  it.each<[what: string, env: () => Record<string, string>, variable: string]>([
    ['one half alone', () => ({ JWT_PRIVATE_KEY: one.privatePem }), 'JWT_PUBLIC_KEY'],
    ['halves of two pairs', () => ({ ...configured, JWT_PUBLIC_KEY: two.publicPem }), 'JWT_PRIVATE_KEY'],
    ['a private key in the place of the public one', () => ({ ...configured, JWT_PUBLIC_KEY: one.privatePem }), 'JWT_PUBLIC_KEY'],
    ['nonsense', () => ({ ...configured, JWT_PRIVATE_KEY: 'hunter2' }), 'JWT_PRIVATE_KEY'],
    ['a folder that is not there', () => ({ ...configured, JWT_KEYS_DIR: '/nowhere' }), 'JWT_KEYS_DIR'],
    ['a folder alone without an active pair', () => ({ JWT_KEYS_DIR: aFolder({ 'a.pub.pem': one.publicPem }) }), 'JWT_KEYS_DIR'],
    [
      'a pair in the folder that does not fit',
      () => ({ ...configured, JWT_KEYS_DIR: aFolder({ 'a.pem': two.privatePem, 'a.pub.pem': one.publicPem }) }),
      'JWT_KEYS_DIR',
    ],
    ['an access token of a day', () => ({ ...configured, ACCESS_TOKEN_EXPIRY: '86400' }), 'ACCESS_TOKEN_EXPIRY'],
  ])('are refused: %s', (_, env, variable) => {
    expect(complaints(env())).toEqual([variable]);
  });
});
