import {
  AppError,
  type Authenticator,
  type AuthType,
  type CredentialScheme,
  isPromise,
  type Principal,
  UnavailableError,
} from '@caas/runtime';
import { type AuthMetrics } from '../observability/http-metrics.js';
import { type Exchange } from './exchange.js';
import { readCredential, severalCredentials } from './read-credential.js';
import { type Step } from './run-steps.js';

const AUTH_TYPE_OF_SCHEME: Readonly<Record<CredentialScheme, AuthType>> = { api_key: 'api_key', bearer: 'jwt', sdk_jwt: 'sdk' };

/** Establishes the principal from the credential of the request. */
export function authenticate(authenticator: Authenticator, metrics: AuthMetrics): Step {
  const settle = (exchange: Exchange, principal: Principal): void => {
    exchange.principal = principal;
    metrics.accepted(principal.authType);
  };
  const refuse = (error: unknown, authType: AuthType): never => {
    const known = error instanceof AppError ? error : new UnavailableError('The credential could not be checked.', { cause: error });
    metrics.refused(authType, known.code);
    throw known;
  };
  return (exchange) => {
    let authType: AuthType = 'api_key';
    let result: Principal | Promise<Principal>;
    try {
      const { text, scheme, clientKey } = readCredential(exchange);
      authType = AUTH_TYPE_OF_SCHEME[scheme];
      result = clientKey === undefined ? authenticator.authenticate(text, scheme) : both(authenticator, { text, scheme, clientKey });
    } catch (error) {
      return refuse(error, authType);
    }
    if (!isPromise(result)) return settle(exchange, result);
    return result.then(
      (principal) => settle(exchange, principal),
      (error: unknown) => refuse(error, authType),
    );
  };
}

/** A user with the client key of the app that they use: good only where both belong to one application. */
async function both(
  authenticator: Authenticator,
  { text, scheme, clientKey }: { text: string; scheme: CredentialScheme; clientKey: string },
): Promise<Principal> {
  const [user, key] = await Promise.all([authenticator.authenticate(text, scheme), authenticator.authenticate(clientKey, 'api_key')]);
  const isSameApp = key.tenantId === user.tenantId && (key.appId === null || key.appId === user.appId);
  if (user.actor !== 'user' || key.actor !== 'client_key' || !isSameApp) throw severalCredentials();
  return { ...user, keyId: key.subjectId };
}
