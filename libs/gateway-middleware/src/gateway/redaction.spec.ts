import { afterEach, describe, expect, it } from '@jest/globals';
import { AppError, ConflictError, InternalError, UnavailableError } from '@caas/runtime';
import { A_KEY, aGateway, anEchoRoute, closeGateways } from './gateway.fixture.js';

afterEach(closeGateways);

/** One of each kind of secret, and what of it must not stand in any log. */
const SECRETS: readonly (readonly [kind: string, secret: string, core: string])[] = [
  ['server key', 'caas_sk_live_Ab3dEf6hIjKlMnOpQrStUvWxYz0123456789ABCDEFG', 'Ab3dEf6hIjKl'],
  ['client key', 'caas_pk_test_Zz3dEf6hIjKlMnOpQrStUvWxYz0123456789ABCDEFG', 'Zz3dEf6hIjKl'],
  ['refresh token', 'caas_rt_ses_01arz3ndektsv4rrffq69g5fav_c2VjcmV0LXBhcnQtb2YtdGhlLXRva2Vu', 'c2VjcmV0LXBhcnQ'],
  ['JWT', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJlLXBhcnQ', 'c2lnbmF0dXJl'],
  ['webhook secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'MfKQ9r8GKYq'],
  ['connection string', 'mongodb://caas_app:hunter2@db-1:27017/', 'hunter2'],
  ['card number', '4111 1111 1111 1111', '1111 1111'],
  ['PEM', '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqh\n-----END PRIVATE KEY-----', 'MIIEvQIBADAN'],
];

/** What ends a request, with a secret in it. */
const ENDINGS: readonly (readonly [name: string, end: (secret: string) => void])[] = [
  ['success', () => undefined],
  ['refusal', (secret) => throwIt(new ConflictError(`clashes with ${secret}`, { details: { conflictWith: secret, note: secret } }))],
  ['unavailable store', (secret) => throwIt(new UnavailableError(`no answer from ${secret}`, { cause: new Error(secret) }))],
  ['bug', (secret) => throwIt(new InternalError(secret, { cause: new TypeError(`cannot read ${secret}`, { cause: new Error(secret) }) }))],
  ['foreign error', (secret) => throwIt(Object.assign(new Error(secret), { code: secret, uri: secret, response: { body: secret } }))],
];

function throwIt(error: Error): never {
  throw error;
}

describe.each(SECRETS)('a %s', (_kind, secret, core) => {
  it.each(ENDINGS)('planted in every part of a request stands in no log after a %s', async (_name, end) => {
    const route = anEchoRoute({
      handler: (({ body }: { body: unknown }) => {
        end(secret);
        return { status: 201, body };
      }) as never,
    });
    const { gateway, logs } = await aGateway({ routes: [route], config: { logSampleEvery: 1 } });
    const inHeader = secret.replaceAll('\n', '');
    const headers = {
      'x-api-key': A_KEY,
      'user-agent': inHeader,
      cookie: `session=${inHeader}`,
      'x-webhook-signature': inHeader,
      'idempotency-key': inHeader.replaceAll(' ', ''),
      referer: `https://x.example/?token=${encodeURIComponent(inHeader)}`,
    };
    const url = `/v1/notes?note=${encodeURIComponent(secret)}`;

    await gateway.inject({ method: 'POST', url: '/v1/notes', headers, body: { text: secret } });
    await gateway.inject({ method: 'POST', url, headers, body: { text: secret, password: secret } });
    await gateway.inject({ method: 'GET', url: `/v1/nowhere/${encodeURIComponent(secret)}`, headers });
    await gateway.inject({ method: 'POST', url: '/v1/notes', headers: { ...headers, 'x-api-key': inHeader }, body: { text: secret } });
    await gateway.inject({
      method: 'POST',
      url: '/v1/notes',
      headers: { ...headers, authorization: `Bearer ${inHeader}` },
      body: 'no JSON',
    });

    expect(logs.length).toBeGreaterThanOrEqual(4);
    const leaking = logs.filter((line) => [core, encodeURIComponent(core)].some((form) => JSON.stringify(line).includes(form)));
    expect(leaking).toEqual([]);
  });
});

describe('the answer to a failure', () => {
  it('holds nothing of its cause', async () => {
    const secret = 'mongodb://caas_app:hunter2@db-1:27017/';
    const route = anEchoRoute({ handler: () => throwIt(new AppError('SYS_INTERNAL', secret, { details: { reason: secret } })) });
    const { gateway } = await aGateway({ routes: [route] });

    const response = await gateway.inject({ method: 'POST', url: '/v1/notes', headers: { 'x-api-key': A_KEY }, body: { text: 'hi' } });

    expect(response.status).toBe(500);
    expect(response.text).not.toContain('hunter2');
  });
});
