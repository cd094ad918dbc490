import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig, serviceRules } from '@caas/runtime';
import { WORKER_CONFIG } from './worker-config.js';

const KEY = `${'A'.repeat(43)}=`;
const required = {
  MONGODB_URI: 'mongodb://db.example.com',
  REDIS_URL: 'redis://redis.example.com',
  KAFKA_BROKERS: 'k1.example.com:9092',
  SCHEMA_REGISTRY_URL: 'https://registry.example.com',
  API_KEY_PEPPER: `k1:${KEY}`,
  SECRET_ENCRYPTION_KEY: KEY,
};

function complaints(env: Readonly<Record<string, string | undefined>>): string[] {
  try {
    loadConfig(WORKER_CONFIG, env, serviceRules);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable }) => variable).sort();
  }
}

describe('the configuration of the worker', () => {
  it('needs what every service needs, and nothing of the gateway', () => {
    expect(loadConfig(WORKER_CONFIG, required, serviceRules)).toMatchObject({ METRICS_PORT: 3011 });
    expect(complaints({})).toEqual(Object.keys(required).sort());
    expect(Object.keys(WORKER_CONFIG)).not.toContain('PORT');
  });

  it('runs all groups, or those that are named', () => {
    const groups = (text?: string) => loadConfig(WORKER_CONFIG, { ...required, WORKER_GROUPS: text }, serviceRules).WORKER_GROUPS;

    expect([groups(), groups('message-processor'), groups('a,b')]).toEqual([
      new Set(),
      new Set(['message-processor']),
      new Set(['a', 'b']),
    ]);
    expect(complaints({ ...required, WORKER_GROUPS: 'a, b' })).toEqual(['WORKER_GROUPS']);
  });

  it('refuses in production what is not safe, all at once', () => {
    expect(complaints({ ...required, NODE_ENV: 'production', CAAS_FAULT: 'exit:after-write' })).toEqual([
      'CAAS_FAULT',
      'KAFKA_SASL_PASSWORD',
      'KAFKA_SASL_USERNAME',
      'KAFKA_SSL_ENABLED',
      'REDIS_URL',
    ]);
  });
});
