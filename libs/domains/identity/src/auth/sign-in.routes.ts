import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { idOf, text, z } from '@caas/schema';
import { toUserResource } from '../users/users.resource.js';
import { issuedTokens, refreshedTokens } from './issued-tokens.js';
import { type RefreshService } from './refresh.service.js';
import { signInBody, type SignInService } from './sign-in.js';

const TIMEOUT_MS = 10_000;
/** What a repeat with the same `Idempotency-Key` is answered without. */
const SECRETS = ['access_token', 'refresh_token'] as const;

const headers = z.strictObject({ 'x-api-key': text({ max: 200 }).optional(), origin: text({ max: 300 }).optional() });

/** How tokens are got: by the secret of an application, by a token that the tenant signed, by a refresh token. */
export function signInRoutes({ signIn, refresh }: { signIn: SignInService; refresh: RefreshService }): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/auth/sdk/token',
      operationId: 'exchangeToken',
      summary: 'Get the tokens of a user',
      description:
        'From a server: `app_id` and `app_secret`, a server key of the application with `users:write`, which must never ship in an app. Without `user_external_id` the token ' +
        'is that of the application. From an app: `app_id` and `user_token`, which the tenant signed, with the client key in `X-API-Key`; its `jti` is good once. ' +
        'The user is created, or brought up to date.',
      tags: ['Auth'],
      access: { public: true },
      rateClass: 'auth',
      timeoutMs: TIMEOUT_MS,
      shownOnce: SECRETS,
      headers,
      body: signInBody,
      responses: { 200: issuedTokens },
      errors: [
        'AUTH_REQUIRED',
        'AUTH_APP_CREDENTIALS_INVALID',
        'AUTH_USER_TOKEN_INVALID',
        'AUTH_USER_BANNED',
        'AUTH_USER_DELETED',
        'AUTH_ORIGIN_NOT_ALLOWED',
        'AUTH_KEY_REVOKED',
        'AUTH_KEY_EXPIRED',
        'TENANT_APP_DISABLED',
        'TENANT_SUSPENDED',
        'USER_DEVICE_LIMIT',
        'RATE_QUOTA_EXCEEDED',
      ],
      handler: async ({ body, headers: { 'x-api-key': clientKey, origin }, request: { ip } }) => {
        const { user, ...tokens } = await signIn.exchange(body, { ip: ip ?? null, origin, clientKey });
        return { status: 200, body: { ...tokens, user: user && toUserResource(user, { now: Date.now() }) } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/auth/refresh',
      operationId: 'refreshToken',
      summary: 'Get new tokens for a refresh token',
      description: 'A refresh token is good once. Sending one again ends the session, because somebody else has it.',
      tags: ['Auth'],
      access: { public: true },
      rateClass: 'auth',
      timeoutMs: TIMEOUT_MS,
      shownOnce: SECRETS,
      body: z.strictObject({ refresh_token: text({ min: 1, max: 300 }), device_id: idOf('dev').optional() }),
      responses: { 200: refreshedTokens },
      errors: [
        'AUTH_REFRESH_INVALID',
        'AUTH_REFRESH_EXPIRED',
        'AUTH_REFRESH_REUSED',
        'AUTH_USER_BANNED',
        'AUTH_USER_DELETED',
        'TENANT_APP_DISABLED',
        'TENANT_SUSPENDED',
      ],
      handler: async ({ body, request: { ip } }) => ({
        status: 200,
        body: await refresh.refresh(body.refresh_token, { deviceId: body.device_id, ip: ip ?? null }),
      }),
    }),
  ];
}
