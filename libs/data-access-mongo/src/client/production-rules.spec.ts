import { describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { CAPABILITIES, type Capability, ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type MongoConfig, mongoSettings } from './mongo-config.js';
import { clientOptions } from './client-options.js';
import { checkProduction, type ConnectionSecurity, securityOf } from './production-rules.js';

const server = (...missing: Capability[]): ServerCapabilities => {
  const has = Object.fromEntries(CAPABILITIES.map((name) => [name, !missing.includes(name)])) as Record<Capability, boolean>;
  return new ServerCapabilities({ topology: 'replica-set', version: '7.0.0', ...has });
};
const config = (change: Partial<MongoConfig> = {}): MongoConfig => ({
  MONGODB_URI: 'mongodb://db.example',
  NODE_ENV: 'production',
  SECRET_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  ...change,
});

const secure: ConnectionSecurity = { tls: true, verified: true, authenticated: true };

describe('checkProduction', () => {
  it('accepts a complete server over TLS', () => {
    expect(() => checkProduction(config(), { capabilities: server(), security: secure })).not.toThrow();
  });

  it('does not mind what production can do without', () => {
    expect(() => checkProduction(config(), { capabilities: server('textSearch', 'profiler'), security: secure })).not.toThrow();
  });

  it.each<[string, () => void, RegExp]>([
    [
      'a server without transactions',
      () => checkProduction(config(), { capabilities: server('transactions'), security: secure }),
      /without transactions/,
    ],
    [
      'a connection without TLS',
      () => checkProduction(config(), { capabilities: server(), security: { ...secure, tls: false } }),
      /without TLS/,
    ],
    [
      'a server that is not verified',
      () => checkProduction(config(), { capabilities: server(), security: { ...secure, verified: false } }),
      /does not verify/,
    ],
    [
      'an anonymous connection',
      () => checkProduction(config(), { capabilities: server(), security: { ...secure, authenticated: false } }),
      /names no user/,
    ],
    [
      'cursors that fit one instance only',
      () => checkProduction(config({ SECRET_ENCRYPTION_KEY: undefined }), { capabilities: server(), security: secure }),
      /SECRET_ENCRYPTION_KEY: is required/,
    ],
  ])('refuses %s', (_, check, problem) => {
    expect(check).toThrow(problem);
  });

  it('names all problems at once', () => {
    const check = (): void =>
      checkProduction(config({ SECRET_ENCRYPTION_KEY: undefined }), {
        capabilities: server('transactions'),
        security: { ...secure, tls: false },
      });

    expect(check).toThrow(
      expect.objectContaining({ name: 'ConfigError', problems: [expect.anything(), expect.anything(), expect.anything()] }),
    );
  });

  it('lets every other environment be', () => {
    const check = (): void =>
      checkProduction(config({ NODE_ENV: 'development' }), { capabilities: server('transactions'), security: { ...secure, tls: false } });

    expect(check).not.toThrow();
  });
});

describe('securityOf', () => {
  const of = (uri: string): ConnectionSecurity => securityOf(new MongoClient(uri, clientOptions(mongoSettings({}), { appName: 'x' })));

  it.each<[string, ConnectionSecurity]>([
    ['mongodb://db.example/', { tls: false, verified: true, authenticated: false }],
    ['mongodb://u:p@db.example/?tls=true', secure],
    ['mongodb://u:p@db.example/?tls=true&tlsInsecure=true', { ...secure, verified: false }],
    ['mongodb://u:p@db.example/?tls=true&tlsAllowInvalidCertificates=true', { ...secure, verified: false }],
    ['mongodb://u:p@db.example/?tls=true&tlsAllowInvalidHostnames=true', { ...secure, verified: false }],
  ])('of %s', (uri, expected) => {
    expect(of(uri)).toEqual(expected);
  });
});

describe('ServerCapabilities', () => {
  it('lists what is missing in the order of the catalogue', () => {
    expect(server('ttl', 'transactions').missing()).toEqual(['transactions', 'ttl']);
    expect(server('ttl').has('ttl')).toBe(false);
    expect(server().missing()).toEqual([]);
  });
});
