import { describe, expect, it } from '@jest/globals';
import { CAPABILITIES, type Capability, ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type MongoConfig } from './mongo-config.js';
import { checkProduction } from './production-rules.js';

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

describe('checkProduction', () => {
  it('accepts a complete server over TLS', () => {
    expect(() => checkProduction(config(), { capabilities: server(), tls: true })).not.toThrow();
  });

  it('does not mind what production can do without', () => {
    expect(() => checkProduction(config(), { capabilities: server('textSearch', 'profiler'), tls: true })).not.toThrow();
  });

  it.each<[string, () => void, RegExp]>([
    [
      'a server without transactions',
      () => checkProduction(config(), { capabilities: server('transactions'), tls: true }),
      /without transactions/,
    ],
    ['a connection without TLS', () => checkProduction(config(), { capabilities: server(), tls: false }), /without TLS/],
    [
      'cursors that fit one instance only',
      () => checkProduction(config({ SECRET_ENCRYPTION_KEY: undefined }), { capabilities: server(), tls: true }),
      /SECRET_ENCRYPTION_KEY: is required/,
    ],
  ])('refuses %s', (_, check, problem) => {
    expect(check).toThrow(problem);
  });

  it('names all problems at once', () => {
    const check = (): void =>
      checkProduction(config({ SECRET_ENCRYPTION_KEY: undefined }), { capabilities: server('transactions'), tls: false });

    expect(check).toThrow(
      expect.objectContaining({ name: 'ConfigError', problems: [expect.anything(), expect.anything(), expect.anything()] }),
    );
  });

  it('lets every other environment be', () => {
    const check = (): void => checkProduction(config({ NODE_ENV: 'development' }), { capabilities: server('transactions'), tls: false });

    expect(check).not.toThrow();
  });
});

describe('ServerCapabilities', () => {
  it('lists what is missing in the order of the catalogue', () => {
    expect(server('ttl', 'transactions').missing()).toEqual(['transactions', 'ttl']);
    expect(server('ttl').has('ttl')).toBe(false);
    expect(server().missing()).toEqual([]);
  });
});
