import { afterEach, describe, expect, it } from '@jest/globals';
import { AuthenticationError, type AuthFailureGuard, type FailedAttempt, RateLimitedError } from '@caas/runtime';
import { A_KEY, aGateway, anEchoRoute, aRequest, closeGateways } from '../gateway/gateway.fixture.js';

afterEach(closeGateways);

/** Remembers what it is told; refuses when it shall. */
class Notebook implements AuthFailureGuard {
  readonly failures: FailedAttempt[] = [];
  refuses = false;

  get isQuiet(): boolean {
    return !this.refuses;
  }

  check(): void {
    if (this.refuses) throw new RateLimitedError('Wait.', { code: 'AUTH_TOO_MANY_FAILURES', details: { retryAfterSeconds: 17 } });
  }

  failed(attempt: FailedAttempt): void {
    this.failures.push(attempt);
  }
}

describe('wrong credentials', () => {
  const aSignIn = (error: AuthenticationError) =>
    anEchoRoute({ access: { public: true }, rateClass: 'auth', handler: () => Promise.reject(error) });

  it('are counted by what may be told of them', async () => {
    const authFailures = new Notebook();
    const { gateway } = await aGateway({ authFailures });
    const wrong = `caas_sk_live_${'x'.repeat(43)}`;

    await gateway.inject({ ...aRequest, headers: { 'x-api-key': wrong } });
    await gateway.inject({ ...aRequest, headers: { authorization: `Bearer ${wrong}` } });
    await gateway.inject({ ...aRequest, headers: { authorization: 'Bearer made.up.token' } });

    expect(authFailures.failures.map(({ subject }) => subject)).toEqual(['caas_sk_live_xxxxxx', 'caas_sk_live_xxxxxx', '/v1/notes']);
  });

  it.each([
    ['a wrong secret', new AuthenticationError('AUTH_APP_CREDENTIALS_INVALID', 'No.'), 1],
    ['a refresh token that was made up', new AuthenticationError('AUTH_REFRESH_INVALID', 'No.', { details: { isGuess: true } }), 1],
    ['a session that has ended', new AuthenticationError('AUTH_REFRESH_INVALID', 'No.'), 0],
    ['an expired token', new AuthenticationError('AUTH_TOKEN_EXPIRED', 'No.'), 0],
  ])('at a public route: %s', async (_, error, count) => {
    const authFailures = new Notebook();
    const { gateway } = await aGateway({ authFailures, routes: [aSignIn(error)] });

    const response = await gateway.inject(aRequest);

    expect(response.status).toBe(401);
    expect(response.text).not.toContain('isGuess');
    expect(authFailures.failures).toHaveLength(count);
  });

  it('are not what a request without a credential, or one that may not, is', async () => {
    const authFailures = new Notebook();
    const { gateway } = await aGateway({ authFailures, routes: [anEchoRoute({ access: { permission: 'self', credentials: ['admin'] } })] });

    await gateway.inject({ ...aRequest, headers: {} });
    await gateway.inject({ ...aRequest, headers: { 'x-api-key': A_KEY } });

    expect(authFailures.failures).toEqual([]);
  });

  it('make their caller wait, also at public routes that take credentials, and at no others', async () => {
    const authFailures = new Notebook();
    authFailures.refuses = true;
    const open = anEchoRoute({ access: { public: true } });
    for (const [route, status] of [
      [anEchoRoute(), 429],
      [aSignIn(new AuthenticationError('AUTH_REQUIRED', 'No.')), 429],
      [open, 201],
    ] as const) {
      const { gateway } = await aGateway({ authFailures, routes: [route] });

      const response = await gateway.inject(aRequest);

      expect([response.status, response.headers['retry-after']]).toEqual([status, status === 429 ? '17' : undefined]);
    }
  });
});
