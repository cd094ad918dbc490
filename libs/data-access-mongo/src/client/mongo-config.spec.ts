import { describe, expect, it } from '@jest/globals';
import { type ConfigError, loadConfig } from '@caas/runtime';
import { MONGO_CONFIG, mongoRules, mongoSettings } from './mongo-config.js';

describe('MONGO_CONFIG', () => {
  it('has the defaults of the contract', () => {
    expect(mongoSettings({})).toMatchObject({
      MONGODB_DATABASE: 'caas',
      MONGODB_MIN_POOL_SIZE: 10,
      MONGODB_MAX_POOL_SIZE: 100,
      MONGODB_MAX_IDLE_TIME_MS: 30_000,
      MONGODB_WAIT_QUEUE_TIMEOUT_MS: 10_000,
      MONGODB_SERVER_SELECTION_TIMEOUT_MS: 15_000,
      MONGODB_SOCKET_TIMEOUT_MS: 45_000,
      MONGODB_CONNECT_TIMEOUT_MS: 10_000,
      MONGODB_OPERATION_TIMEOUT_MS: 5_000,
      MONGO_RETRY_MAX_ATTEMPTS: 10,
      MONGO_RETRY_INITIAL_DELAY_MS: 1_000,
      MONGO_CIRCUIT_BREAKER_THRESHOLD: 5,
      DEFAULT_ISOLATION_STRATEGY: 'shared',
      SLOW_QUERY_THRESHOLD_MS: 100,
      BULK_WRITE_BATCH_SIZE: 1_000,
      BULK_WRITE_FLUSH_INTERVAL_MS: 1_000,
      CHANGE_STREAM_BATCH_SIZE: 100,
      CHANGE_STREAM_MAX_AWAIT_MS: 1_000,
    });
  });

  it('names every bad variable at once, and no value', () => {
    const env = Object.fromEntries(Object.keys(MONGO_CONFIG).map((name) => [name, 'hunter 2!']));
    const texts = ['MONGO_APP_USER', 'MONGO_APP_PASSWORD', 'MONGODB_TLS_CA_FILE', 'MONGODB_TLS_CERTIFICATE_KEY_FILE'];
    let failure: unknown;

    try {
      loadConfig(MONGO_CONFIG, env);
    } catch (error) {
      failure = error;
    }

    const named = (failure as ConfigError).problems.map(({ variable }) => variable);
    expect(named).toEqual(Object.keys(MONGO_CONFIG).filter((name) => !texts.includes(name)));
    expect((failure as ConfigError).message).not.toContain('hunter');
  });

  it('takes "false" for false', () => {
    expect(loadConfig(MONGO_CONFIG, { MONGODB_TLS: 'false' }).MONGODB_TLS).toBe(false);
  });
});

describe('mongoRules', () => {
  it.each<[string, Parameters<typeof mongoSettings>[0], string[]]>([
    ['nothing unusual', {}, []],
    ['a smallest pool above the largest', { MONGODB_MAX_POOL_SIZE: 5 }, ['MONGODB_MIN_POOL_SIZE']],
    ['a user without password', { MONGO_APP_USER: 'caas_app' }, ['MONGO_APP_PASSWORD']],
    ['a password without user', { MONGO_APP_PASSWORD: 'x' }, ['MONGO_APP_USER']],
    ['certificates for a plain connection', { MONGODB_TLS: false, MONGODB_TLS_CA_FILE: '/ca.pem' }, ['MONGODB_TLS']],
    [
      'all of it',
      { MONGODB_MAX_POOL_SIZE: 5, MONGO_APP_USER: 'x', MONGODB_TLS: false, MONGODB_TLS_CERTIFICATE_KEY_FILE: '/me.pem' },
      ['MONGODB_MIN_POOL_SIZE', 'MONGO_APP_PASSWORD', 'MONGODB_TLS'],
    ],
  ])('finds in %s what is wrong', (_, settings, variables) => {
    expect(mongoRules(mongoSettings(settings)).map(({ variable }) => variable)).toEqual(variables);
  });
});
