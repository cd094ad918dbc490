import { describe, expect, it } from '@jest/globals';
import { loadConfig, SERVICE_CONFIG } from '@caas/runtime';
import { kafkaConfigOf } from './kafka-config.js';

const KEY = `${'A'.repeat(43)}=`;
const required = {
  MONGODB_URI: 'mongodb://db',
  REDIS_URL: 'redis://redis',
  KAFKA_BROKERS: 'k1:9092',
  SCHEMA_REGISTRY_URL: 'http://registry',
  API_KEY_PEPPER: `k1:${KEY}`,
  SECRET_ENCRYPTION_KEY: KEY,
};
const user = { KAFKA_SASL_USERNAME: 'service-x-a', KAFKA_SASL_PASSWORD: 'pw' };
const config = (env: Record<string, string>) => loadConfig(SERVICE_CONFIG, { ...required, ...env });

describe('the configuration of the Kafka client', () => {
  it('is all of what the environment says', () => {
    const env = {
      ...user,
      KAFKA_SSL_ENABLED: 'true',
      SCHEMA_REGISTRY_USERNAME: 'r',
      SCHEMA_REGISTRY_PASSWORD: 's',
      NODE_ENV: 'production',
    };

    expect(kafkaConfigOf(config(env))).toEqual({
      brokers: ['k1:9092'],
      sasl: { username: 'service-x-a', password: 'pw' },
      tls: true,
      registryUrl: 'http://registry',
      registryAuth: { username: 'r', password: 's' },
      replicationFactor: 3,
      connectionTimeoutMs: 10_000,
      requestTimeoutMs: 5_000,
      queueRecordsMax: 10_000,
      sessionTimeoutMs: 10_000,
      discoveryIntervalMs: 60_000,
      retry: { triesMax: 3, backoffMinMs: 100, backoffMaxMs: 30_000, tierDelaysMs: [60_000, 300_000, 1_800_000] },
    });
  });

  it('takes the credentials of a watched file', () => {
    const login = { username: 'service-x-b', password: 'other' };

    expect(kafkaConfigOf(config({ KAFKA_SASL_ENABLED: 'true' }), login).sasl).toEqual(login);
  });

  it('does not log in where SASL is off, nor encrypt where TLS is', () => {
    const off = kafkaConfigOf(config({ ...user, KAFKA_SASL_ENABLED: 'false' }));

    expect(off).not.toHaveProperty('sasl');
    expect(off).toMatchObject({ tls: false, replicationFactor: 1 });
  });
});
