import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { weakSecrets } from './weak-secrets.js';

const random = (): string => randomBytes(32).toString('base64');

describe('secrets of production', () => {
  it('that are random are fine, however many there are', () => {
    const config = {
      API_KEY_PEPPER: `k2:${random()},k1:${random()}`,
      SECRET_ENCRYPTION_KEY: random(),
      KAFKA_SASL_PASSWORD: randomBytes(18).toString('hex'),
      MONGODB_URI: `mongodb://app:${randomBytes(18).toString('hex')}@db:27017/?tls=true`,
      REDIS_URL: 'rediss://redis:6379',
    };

    expect(weakSecrets(config)).toEqual([]);
  });

  it.each([
    ['one of the local stack', { API_KEY_PEPPER: `local:${random()}` }, 'API_KEY_PEPPER'],
    ['an old one of it behind a new one', { API_KEY_PEPPER: `k1:${random()},dev:${random()}` }, 'API_KEY_PEPPER'],
    ['zeros', { SECRET_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64') }, 'SECRET_ENCRYPTION_KEY'],
    ['typed text', { SECRET_ENCRYPTION_KEY: Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64') }, 'SECRET_ENCRYPTION_KEY'],
    ['a short password', { KAFKA_SASL_PASSWORD: 'x8f2k' }, 'KAFKA_SASL_PASSWORD'],
    ['a known word', { MONGO_APP_PASSWORD: 'change-me-please' }, 'MONGO_APP_PASSWORD'],
    ['a short password in an address', { REDIS_URL: 'rediss://app:short@redis:6379' }, 'REDIS_URL'],
    ['a word in an address, with an "@" that nobody escaped', { MONGODB_URI: 'mongodb://app:Secret@2024!!x@db/' }, 'MONGODB_URI'],
  ])('%s is named, and not shown', (_, config, variable) => {
    const [found, ...others] = weakSecrets(config);

    expect([found?.variable, others]).toEqual([variable, []]);
    for (const value of Object.values(config)) expect(found?.problem).not.toContain(value.slice(-12));
  });
});
