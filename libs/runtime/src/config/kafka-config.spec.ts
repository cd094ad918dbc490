import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, type ConfigOf, loadConfig } from './define-config.js';
import { KAFKA_CONFIG, kafkaProductionRules, kafkaRules, kafkaWeaknesses, saslEnabled } from './kafka-config.js';

/** Self-signed, for `CN=spec`; valid until 2126. Made for this spec, with no key kept. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIURMUJhaVKD4KEWgPvxxzDh5w6zBQwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEc3BlYzAgFw0yNjExMjcxMzM5NDRaGA8yMTI2MTEwMzEzMzk0
NFowDzENMAsGA1UEAwwEc3BlYzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLHC
6cOY002lY9YU5XP+4BNWIZR8AtkZWOj7ZQH5C8tDfeEKjvoHAEpENATcJtVgEv3v
OwFC1j6Ncf49MRdmeqGjUzBRMB0GA1UdDgQWBBSOkdIgX7df4s8xpojIhlRCUZb5
XDAfBgNVHSMEGDAWgBSOkdIgX7df4s8xpojIhlRCUZb5XDAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIH9u21y1bzfJkcmRYwehM7B8kZxOCaGIAcck
cI1knBXPAiEAi1j6kUV7fCKkFYXztPfHURqq1kIaCqClEYORKkqaFNM=
-----END CERTIFICATE-----
`;
const required = { KAFKA_BROKERS: 'k1:9092,k2:9092', SCHEMA_REGISTRY_URL: 'https://registry' };
const user = { KAFKA_SASL_USERNAME: 'service-gateway-a', KAFKA_SASL_PASSWORD: 'hunter2' };

let folder: string;
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Rules = (config: ConfigOf<typeof KAFKA_CONFIG>) => { variable: string; problem: string }[];
const load = (env: Record<string, string>, rules?: Rules) => loadConfig(KAFKA_CONFIG, { ...required, ...env }, rules);
const inProduction: Rules = (config) => [...kafkaRules(config), ...kafkaProductionRules(config)];

function problems(env: Record<string, string>, rules: Rules = kafkaRules): string[] {
  try {
    load(env, rules);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, problem }) => `${variable} ${problem.replace(/ \(.*$/s, '')}`).sort();
  }
}

describe('the Kafka variables', () => {
  it('have defaults besides the addresses', () => {
    expect(load({})).toEqual({
      KAFKA_BROKERS: ['k1:9092', 'k2:9092'],
      KAFKA_SSL_ENABLED: false,
      KAFKA_CONNECTION_TIMEOUT: 10_000,
      KAFKA_REQUEST_TIMEOUT: 5_000,
      TOPIC_DISCOVERY_INTERVAL_MS: 60_000,
      PRODUCER_QUEUE_RECORDS: 10_000,
      CONSUMER_SESSION_TIMEOUT_MS: 10_000,
      MAX_RETRIES: 3,
      RETRY_INITIAL_DELAY_MS: 100,
      RETRY_MAX_DELAY_MS: 30_000,
      RETRY_TIER_DELAYS_MS: [60_000, 300_000, 1_800_000],
      SCHEMA_REGISTRY_URL: 'https://registry',
    });
  });

  it('name every bad value at once', () => {
    const bad = {
      KAFKA_BROKERS: 'k1,k2:9092',
      KAFKA_CLIENT_ID: 'a b',
      KAFKA_SASL_ENABLED: 'maybe',
      KAFKA_SASL_CREDENTIALS_FILE: join(folder, 'none.json'),
      KAFKA_SSL_CA_FILE: file('not-a.pem', 'hello'),
      KAFKA_CONNECTION_TIMEOUT: '0',
      DEFAULT_REPLICATION_FACTOR: '10',
      CONSUMER_SESSION_TIMEOUT_MS: '100',
    };

    expect(problems(bad)).toEqual([
      'CONSUMER_SESSION_TIMEOUT_MS must be a whole number from 6000 to 300000',
      'DEFAULT_REPLICATION_FACTOR must be a whole number from 1 to 9',
      'KAFKA_BROKERS must be host:port, several separated by commas',
      'KAFKA_CLIENT_ID must be 1 to 100 of letters, digits, ".", "_" and "-"',
      'KAFKA_CONNECTION_TIMEOUT must be a whole number from 100 to 60000',
      'KAFKA_SASL_CREDENTIALS_FILE names a file that cannot be read',
      'KAFKA_SASL_ENABLED must be true or false',
      'KAFKA_SSL_CA_FILE must hold certificates in PEM form',
    ]);
  });

  it('take the text of the authority and the path of the credentials', () => {
    const credentials = file('login.json', JSON.stringify({ username: 'service-gateway-b', password: 'hunter2' }));
    const authority = file('ca.pem', CERTIFICATE);

    const config = load(
      { KAFKA_SASL_CREDENTIALS_FILE: credentials, KAFKA_SSL_ENABLED: 'true', KAFKA_SSL_CA_FILE: authority },
      inProduction,
    );

    expect(config).toMatchObject({ KAFKA_SASL_CREDENTIALS_FILE: credentials, KAFKA_SSL_CA_FILE: CERTIFICATE });
    expect(saslEnabled(config)).toBe(true);
  });

  it('refuse a credentials file with anything else in it, without showing it', () => {
    const credentials = file('half.json', '{"password":"hunter2"}');

    expect(problems({ KAFKA_SASL_CREDENTIALS_FILE: credentials })).toEqual([
      'KAFKA_SASL_CREDENTIALS_FILE must hold JSON with username and password',
    ]);
    expect(() => load({ KAFKA_SASL_CREDENTIALS_FILE: credentials })).toThrow(/^(?!.*hunter2)/s);
  });

  it.each<[what: string, env: Record<string, string>, expected: string[]]>([
    ['a user without a password', { KAFKA_SASL_USERNAME: 'u' }, ['KAFKA_SASL_PASSWORD is required: SASL has no password without it']],
    ['a password without a user', { KAFKA_SASL_PASSWORD: 'p' }, ['KAFKA_SASL_USERNAME is required: SASL has no user without it']],
    [
      'SASL without either',
      { KAFKA_SASL_ENABLED: 'true' },
      ['KAFKA_SASL_PASSWORD is required: SASL has no password without it', 'KAFKA_SASL_USERNAME is required: SASL has no user without it'],
    ],
    ['half of the registry’s', { SCHEMA_REGISTRY_USERNAME: 'u' }, ['SCHEMA_REGISTRY_PASSWORD is required with its other half']],
  ])('refuse %s', (_, env, expected) => {
    expect(problems(env)).toEqual(expected);
  });

  it('refuse what would silently have no effect', () => {
    const env = {
      ...user,
      KAFKA_SASL_CREDENTIALS_FILE: file('l.json', '{"username":"u","password":"p"}'),
      KAFKA_SSL_CA_FILE: file('c.pem', CERTIFICATE),
    };

    expect(problems(env)).toEqual([
      'KAFKA_SASL_PASSWORD is set together with KAFKA_SASL_CREDENTIALS_FILE; keep one',
      'KAFKA_SASL_USERNAME is set together with KAFKA_SASL_CREDENTIALS_FILE; keep one',
      'KAFKA_SSL_ENABLED must be true, since KAFKA_SSL_CA_FILE is set',
    ]);
  });

  it('in production refuse connections in clear, clients without a name and topics on one broker', () => {
    expect(problems({ DEFAULT_REPLICATION_FACTOR: '1', SCHEMA_REGISTRY_URL: 'http://registry' }, inProduction)).toEqual([
      'DEFAULT_REPLICATION_FACTOR must be at least 3 in production',
      'KAFKA_SASL_PASSWORD is required in production',
      'KAFKA_SASL_USERNAME is required in production',
      'KAFKA_SSL_ENABLED must be true in production',
      'SCHEMA_REGISTRY_URL must use TLS',
    ]);
    expect(problems({ ...user, KAFKA_SSL_ENABLED: 'true', KAFKA_SASL_ENABLED: 'false' }, inProduction)).toEqual([
      'KAFKA_SASL_ENABLED must not be false in production',
    ]);
    expect(problems({ ...user, KAFKA_SSL_ENABLED: 'true' }, inProduction)).toEqual([]);
  });

  it('say what is accepted outside of production only', () => {
    expect(kafkaWeaknesses(load({}))).toHaveLength(2);
    expect(kafkaWeaknesses(load({ ...user, KAFKA_SSL_ENABLED: 'true' }))).toEqual([]);
    expect(kafkaWeaknesses(load({ ...user, KAFKA_SSL_ENABLED: 'true', KAFKA_SASL_ENABLED: 'false' }))).toHaveLength(1);
  });
});
