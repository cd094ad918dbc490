import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from '@caas/runtime';
import { GATEWAY_CONFIG, gatewayRules } from './gateway-config.js';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = `${'A'.repeat(43)}=`;
const required = {
  MONGODB_URI: 'mongodb://db.example.com',
  REDIS_URL: 'redis://redis.example.com',
  KAFKA_BROKERS: 'k1.example.com:9092, k2.example.com:9092',
  SCHEMA_REGISTRY_URL: 'https://registry.example.com',
  API_KEY_PEPPER: `k1:${KEY}`,
  SECRET_ENCRYPTION_KEY: KEY,
};
const production = {
  ...required,
  NODE_ENV: 'production',
  REDIS_URL: 'rediss://redis.example.com',
  KAFKA_SASL_USERNAME: 'gateway',
  KAFKA_SASL_PASSWORD: 'secret',
  KAFKA_SSL_ENABLED: 'true',
  PUBLIC_BASE_URL: 'https://api.example.com',
  JWT_PRIVATE_KEY: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  JWT_PUBLIC_KEY: pair.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
};

const load = (env: Readonly<Record<string, string | undefined>>) => loadConfig(GATEWAY_CONFIG, env, gatewayRules);

/** The variables that a start with this environment complains about. */
function complaints(env: Readonly<Record<string, string | undefined>>): string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable }) => variable).sort();
  }
}

describe('the configuration of the gateway', () => {
  it('needs the addresses and the secrets, and has defaults for the rest', () => {
    expect(load(required)).toMatchObject({
      NODE_ENV: 'development',
      PORT: 3000,
      METRICS_PORT: 3001,
      KAFKA_BROKERS: ['k1.example.com:9092', 'k2.example.com:9092'],
      RATE_LIMIT_ENABLED: true,
      TRUST_PROXY: [],
    });
  });

  it('names everything that is missing at once', () => {
    expect(complaints({})).toEqual(Object.keys(required).sort());
  });

  it('names everything that is wrong at once, and echoes no value', () => {
    const wrong = {
      ...required,
      MONGODB_URI: 'postgres://user:hunter2@db',
      API_KEY_PEPPER: 'k1:hunter2',
      PORT: '70000',
      BODY_LIMIT_BYTES: 'large',
      RATE_LIMIT_ENABLED: 'yes',
      CAAS_FAULT: 'exit:nowhere',
    };

    expect(complaints(wrong)).toEqual(['API_KEY_PEPPER', 'BODY_LIMIT_BYTES', 'CAAS_FAULT', 'MONGODB_URI', 'PORT', 'RATE_LIMIT_ENABLED']);
    expect(() => load(wrong)).toThrow(/^(?!.*hunter2)/s);
  });

  describe('in production', () => {
    it('is accepted with TLS, SASL and a public address', () => {
      expect(complaints(production)).toEqual([]);
    });

    it.each<[variable: string, value: string | undefined]>([
      ['REDIS_URL', 'redis://redis.example.com'],
      ['KAFKA_SASL_USERNAME', undefined],
      ['KAFKA_SASL_PASSWORD', undefined],
      ['KAFKA_SSL_ENABLED', 'false'],
      ['PUBLIC_BASE_URL', undefined],
      ['RATE_LIMIT_ENABLED', 'false'],
      ['CAAS_FAULT', 'exit:after-write'],
    ])('refuses %s = %s', (variable, value) => {
      expect(complaints({ ...production, [variable]: value })).toEqual([variable]);
    });

    it('names everything that it refuses at once', () => {
      expect(complaints({ ...required, NODE_ENV: 'production', RATE_LIMIT_ENABLED: 'false' })).toEqual([
        'JWT_PRIVATE_KEY',
        'JWT_PUBLIC_KEY',
        'KAFKA_SASL_PASSWORD',
        'KAFKA_SASL_USERNAME',
        'KAFKA_SSL_ENABLED',
        'PUBLIC_BASE_URL',
        'RATE_LIMIT_ENABLED',
        'REDIS_URL',
      ]);
    });
  });
});
