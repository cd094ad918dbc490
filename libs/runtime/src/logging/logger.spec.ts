import { describe, expect, it } from '@jest/globals';
import { runWithRequest } from '../request/current-request.js';
import { createLogger } from './logger.js';

function capture(): { lines: Record<string, unknown>[]; text: () => string; write(line: string): void } {
  const raw: string[] = [];
  return {
    get lines() {
      return raw.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    text: () => raw.join(''),
    write: (line) => void raw.push(line),
  };
}

const KEY = 'caas_sk_live_Ab3dEf6hIjKlMnOpQrStUvWxYz0123456789ABCDEFG';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJlLXBhcnQ';
const PEM = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqh\n-----END PRIVATE KEY-----';
const URI = 'mongodb://caas_app:hunter2@db-1:27017/?tls=true';
const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('createLogger', () => {
  it('writes one JSON object a line with service, level and timestamp', () => {
    const out = capture();
    createLogger({ service: 'gateway', version: '1.2.3', env: 'test', destination: out }).info({ route: '/v1/users' }, 'done');

    expect(out.lines).toEqual([
      {
        level: 'info',
        service: 'gateway',
        version: '1.2.3',
        env: 'test',
        route: '/v1/users',
        msg: 'done',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
  });

  it('adds the ids of the request being worked on', () => {
    const out = capture();
    const logger = createLogger({ service: 'gateway', destination: out });

    runWithRequest({ requestId: 'req-00000001' }, () => logger.info('inside'));
    logger.info('outside');

    expect(out.lines.map((line) => line['request_id'])).toEqual(['req-00000001', undefined]);
  });

  it('writes no secret, wherever it stands', () => {
    const out = capture();
    const logger = createLogger({ service: 'gateway', destination: out });
    const secrets = [KEY, JWT, PEM, WEBHOOK_SECRET];

    for (const secret of secrets) {
      logger.info(`text ${secret} text`);
      logger.info({ note: secret, nested: { deep: [{ value: secret }] } }, 'fields');
      logger.error({ err: new Error(`failed with ${secret}`, { cause: new Error(secret) }) }, 'error');
      logger.warn('format %s', secret);
    }
    logger.info(
      { uri: URI, headers: { Authorization: 'Basic dXNlcjpwYXNz', 'X-API-Key': 'k', cookie: 'a=b' }, password: 'pw', client_secret: 'cs' },
      URI,
    );

    for (const secret of [...secrets.map((text) => text.slice(-20)), 'hunter2', 'dXNlcjpwYXNz', '"k"', 'a=b', '"pw"', '"cs"']) {
      expect(out.text()).not.toContain(secret);
    }
    expect(out.text()).toContain('caas_sk_live_[redacted]');
  });
});
