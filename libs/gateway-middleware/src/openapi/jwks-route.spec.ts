import { afterEach, describe, expect, it } from '@jest/globals';
import { aGateway, closeGateways } from '../gateway/gateway.fixture.js';

afterEach(closeGateways);

describe('/.well-known/jwks.json', () => {
  const jwks = { keys: [{ kid: 'k1', kty: 'RSA' }] };

  it('shows the keys to anybody, for five minutes', async () => {
    const { gateway } = await aGateway({ jwks });

    const response = await gateway.inject({ url: '/.well-known/jwks.json' });

    expect(response.json()).toEqual(jwks);
    expect(response.headers).toMatchObject({ 'cache-control': 'public, max-age=300', etag: expect.stringMatching(/^".+"$/) });
  });

  it('answers 304 to whoever has them', async () => {
    const { gateway } = await aGateway({ jwks });
    const { headers } = await gateway.inject({ url: '/.well-known/jwks.json' });

    const again = await gateway.inject({ url: '/.well-known/jwks.json', headers: { 'if-none-match': String(headers['etag']) } });

    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('is unknown where nothing is signed', async () => {
    const { gateway } = await aGateway();

    expect((await gateway.inject({ url: '/.well-known/jwks.json' })).status).toBe(404);
  });
});
