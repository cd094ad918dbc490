import { checkTenantState } from '@caas/gateway-middleware';
import {
  type ActingUser,
  AppError,
  AuthenticationError,
  AuthorizationError,
  type CredentialScheme,
  type Principal,
  runWithTenant,
  type TenantContext,
  type TenantDirectory,
  ValidationError,
} from '@caas/runtime';
import { httpUrl, idOf, parseTenantId, text, z } from '@caas/schema';
import { type ApplicationDirectory, environmentOf, type KnownApplication } from '../applications/application-directory.js';
import { type RevocationList } from '../revocations/revocation-list.js';
import { requireEnabled } from '../tokens/user-token-holders.js';
import { type UserTokens } from '../tokens/user-tokens.js';
import { type User, userProfile } from '../users/users.collection.js';
import { exactlyOne } from './exactly-one.js';
import { type AuthAudit } from './auth-audit.js';
import { type RefreshedTokens, toRefreshedTokens } from './issued-tokens.js';
import { signInDevice, type SignInDevices } from './sign-in-devices.js';
import { type SignInUsers } from './sign-in-users.js';
import { type SessionTokensService } from './session-tokens.js';

/** What an app says about a user who signs in. */
export const signInMetadata = z.strictObject({
  display_name: userProfile.display_name.optional(),
  avatar_url: httpUrl({ httpsOnly: true }).optional(),
  device: signInDevice.optional(),
});
/** What is exchanged for tokens: the secret of the application, or a token that the tenant signed. */
export const signInBody = z.strictObject({
  app_id: idOf('app'),
  app_secret: text({ min: 1, max: 200 }).optional(),
  user_token: text({ min: 1, max: 8_192 }).optional(),
  user_external_id: text({ min: 1, max: 255 }).optional(),
  metadata: signInMetadata.optional(),
});
export type SignInBody = z.output<typeof signInBody>;
type Metadata = z.output<typeof signInMetadata>;

/** The request around an exchange. */
export interface SignInRequest {
  readonly ip: string | null;
  readonly origin: string | undefined;
  readonly clientKey: string | undefined;
}

export interface SignInParts {
  readonly keys: { authenticate(apiKey: string, scheme: CredentialScheme): Principal | Promise<Principal> };
  readonly userTokens: Pick<UserTokens, 'verify' | 'placeOf'>;
  readonly applications: ApplicationDirectory;
  readonly tenants: TenantDirectory;
  readonly revocations: RevocationList;
  readonly users: SignInUsers;
  readonly devices: SignInDevices;
  readonly tokens: SessionTokensService;
  readonly audit: AuthAudit;
  readonly now: () => number;
}

interface Place {
  readonly tenant: TenantContext;
  readonly application: KnownApplication;
}

/** What whoever signs in gets. */
export type SignedIn = RefreshedTokens & { readonly user: User | null };

/** The scope with which a key may make users. */
const MAY_SIGN_IN = 'user.create';

/** Exchanges credentials of a tenant for tokens of one of its users. */
export class SignInService {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  exchange(body: SignInBody, request: SignInRequest): Promise<SignedIn> {
    const { name, value } = exactlyOne(body, ['app_secret', 'user_token']);
    return name === 'app_secret' ? this.#bySecret(body, value, request) : this.#byUserToken(body, value, request);
  }

  /** Whoever holds the secret can become any user, so it must never come from a browser. */
  async #bySecret(body: SignInBody, secret: string, { ip, origin, clientKey }: SignInRequest): Promise<SignedIn> {
    if (origin !== undefined) {
      throw new AuthorizationError(
        'AUTH_ORIGIN_NOT_ALLOWED',
        'The secret of an application has no place in a browser. Replace it: it was exposed.',
      );
    }
    if (clientKey !== undefined) throw wrongApp();
    const place = await this.#placeOfSecret(body.app_id, secret);
    const { user_external_id: externalId, metadata = {} } = body;
    if (externalId !== undefined) return this.#signIn(place, { externalId, metadata, ip, by: body.app_id });
    const token = await this.#parts.tokens.applicationToken(place.application);
    this.#told(place, { id: body.app_id, type: 'application' });
    return { ...toRefreshedTokens(token, undefined, this.#parts.now()), user: null };
  }

  async #byUserToken(body: SignInBody, userToken: string, { ip, origin, clientKey }: SignInRequest): Promise<SignedIn> {
    if (clientKey === undefined) throw new AuthenticationError('AUTH_REQUIRED', 'Send the client key of the application in X-API-Key.');
    const [key, token] = await Promise.all([this.#parts.keys.authenticate(clientKey, 'api_key'), this.#parts.userTokens.verify(userToken)]);
    if (body.user_external_id !== undefined) throw named('user_external_id');
    const place = await this.#parts.userTokens.placeOf(token);
    if (key.actor !== 'client_key' || !isKeyOf(key, place) || token.appId !== body.app_id) throw wrongApp();
    if (origin !== undefined && !place.application.config.allowed_origins.includes(origin)) {
      throw new AuthorizationError('AUTH_ORIGIN_NOT_ALLOWED', 'The web page is of an origin that the application does not list.');
    }
    checkTenantState(place.tenant);
    await this.#useOnce(place, { tokenId: token.jti === undefined ? undefined : token.tokenId, until: new Date(token.expiresAt) });
    const { metadata = {} } = body;
    return this.#signIn(place, { externalId: token.externalId, metadata, ip, by: body.app_id });
  }

  async #signIn(
    place: Place,
    { externalId, metadata, ip, by }: { externalId: string; metadata: Metadata; ip: string | null; by: string },
  ): Promise<SignedIn> {
    const { tenant, application } = place;
    return runWithTenant(tenant, async () => {
      const user = await this.#parts.users.signingIn(tenant, { externalId, metadata, by, applicationId: application.app_id });
      const deviceId = await this.#parts.devices.signingIn(tenant, { userId: user.user_id, device: metadata.device, ip });
      const who: Pick<ActingUser, 'userId' | 'roles'> = { userId: user.user_id, roles: user.roles };
      const { token, issued } = await this.#parts.tokens.open({ tenant, application, user: who, deviceId, ip });
      this.#told(place, { id: user.user_id, type: 'user' }, issued.session.session_id);
      return { ...toRefreshedTokens(token, issued, this.#parts.now()), user };
    });
  }

  /** One answer for an unknown application, another tenant's secret, a wrong one and one that may not do this. */
  async #placeOfSecret(appId: string, secret: string): Promise<Place> {
    const [key, application] = await Promise.all([this.#secret(secret), this.#parts.applications.get(appId)]);
    if (application === undefined || application.status === 'deleted') throw wrongApp();
    const tenant = await this.#parts.tenants.get(parseTenantId(application.tenant_id));
    if (tenant === undefined || key.actor !== 'key' || !key.permissions.has(MAY_SIGN_IN)) throw wrongApp();
    const place = { tenant, application };
    if (!isKeyOf(key, place)) throw wrongApp();
    requireEnabled(application);
    checkTenantState(tenant);
    return place;
  }

  async #secret(appSecret: string): Promise<Principal> {
    try {
      return await this.#parts.keys.authenticate(appSecret, 'api_key');
    } catch (error) {
      throw error instanceof AppError && error.code === 'AUTH_KEY_INVALID' ? wrongApp() : error;
    }
  }

  async #useOnce({ tenant }: Place, { tokenId, until }: { tokenId: string | undefined; until: Date }): Promise<void> {
    const isFirst =
      tokenId !== undefined && (await this.#parts.revocations.useOnce({ id: tokenId, tenantId: tenant.tenantId, until, by: 'sign-in' }));
    if (!isFirst) throw new AuthenticationError('AUTH_USER_TOKEN_INVALID', 'The token needs a jti that was not used before.');
  }

  #told({ tenant }: Place, target: { id: string; type: string }, sessionId?: string): void {
    const actor = target.type === 'user' ? ({ type: 'user', id: target.id } as const) : ({ type: 'api', id: target.id } as const);
    this.#parts.audit.note(tenant, {
      name: 'auth.token_issued',
      type: 'login',
      actor,
      target,
      ...(sessionId !== undefined && { sessionId }),
    });
  }
}

function isKeyOf(key: Principal, { tenant, application }: Place): boolean {
  const isOfApp = key.appId === null || key.appId === application.app_id;
  return key.tenantId === tenant.tenantId && isOfApp && key.environment === environmentOf(application);
}

function wrongApp(): AuthenticationError {
  return new AuthenticationError(
    'AUTH_APP_CREDENTIALS_INVALID',
    'The credentials do not belong to this application, or may not issue tokens.',
  );
}

function named(field: string): ValidationError {
  return new ValidationError([{ field: `/body/${field}`, code: 'not_together', message: 'the token says who the user is' }]);
}
