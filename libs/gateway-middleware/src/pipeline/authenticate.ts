import {
  AppError,
  AuthenticationError,
  type Authenticator,
  isPromise,
  type Principal,
  UnavailableError,
  ValidationError,
} from '@caas/runtime';
import { type AuthMetrics } from '../observability/http-metrics.js';
import { type Exchange } from './exchange.js';
import { type Step } from './run-steps.js';

/** A key in the query, by its own form or by a telling name: it is in access logs by now. */
const CREDENTIAL_IN_QUERY = /[?&](?:api[_-]?key|x-api-key|access_token|authorization)=|caas_(?:sk|pk|wk)_/i;

/** Establishes the principal from the one credential of the request. */
export function authenticate(authenticator: Authenticator, metrics: AuthMetrics): Step {
  const settle = (exchange: Exchange, principal: Principal): void => {
    exchange.principal = principal;
    metrics.accepted.inc();
  };
  const refuse = (error: unknown): never => {
    const known = error instanceof AppError ? error : new UnavailableError('The credential could not be checked.', { cause: error });
    metrics.refused(known.code);
    throw known;
  };
  return (exchange) => {
    let result: Principal | Promise<Principal>;
    try {
      result = authenticator.authenticate(readCredential(exchange));
    } catch (error) {
      return refuse(error);
    }
    if (!isPromise(result)) return settle(exchange, result);
    return result.then((principal) => settle(exchange, principal), refuse);
  };
}

/** The API key of a request, from `X-API-Key` or `Authorization: Bearer`. Its form is the authenticator's matter. */
export function readCredential(exchange: Exchange): string {
  const { url } = exchange.request.raw;
  if (url !== undefined && url.includes('?') && CREDENTIAL_IN_QUERY.test(url)) {
    throw new ValidationError([], {
      code: 'AUTH_CREDENTIAL_IN_URL',
      message: 'The query holds a credential. Send it in a header and replace it: this one may have been logged.',
    });
  }
  const apiKey = exchange.header('x-api-key');
  const authorization = exchange.header('authorization');
  if (authorization === undefined) {
    if (apiKey === undefined) throw new AuthenticationError('AUTH_REQUIRED', 'Send the API key in the X-API-Key header.');
    return apiKey;
  }
  if (apiKey !== undefined) {
    throw new ValidationError([], { code: 'AUTH_MULTIPLE_CREDENTIALS', message: 'Send either X-API-Key or Authorization.' });
  }
  return bearerOf(authorization);
}

function bearerOf(authorization: string): string {
  const space = authorization.indexOf(' ');
  const scheme = space === -1 ? authorization : authorization.slice(0, space);
  if (scheme !== 'Bearer' && scheme.toLowerCase() !== 'bearer') {
    throw new AuthenticationError('AUTH_SCHEME_UNSUPPORTED', 'The accepted scheme of Authorization is Bearer.');
  }
  const token = space === -1 ? '' : authorization.slice(space + 1).trim();
  if (token === '' || token.includes(' ') || token.includes(',')) {
    throw new AuthenticationError('AUTH_MALFORMED', 'Authorization must be "Bearer", one space and one API key.');
  }
  return token;
}
