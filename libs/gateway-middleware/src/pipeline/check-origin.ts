import { AuthorizationError, InternalError, isPromise, UnavailableError } from '@caas/runtime';
import { isAllowedOrigin, type OriginPolicy, sharedHeaders } from '../http/origin-policy.js';
import { type Step } from './run-steps.js';

/** Lets pages of known origins read the answer, refusals included. Requests that come from no page pay one look. */
export function shareWithOrigin(policy: OriginPolicy): Step {
  return ({ headers: { origin }, reply }) => {
    if (origin === undefined) return;
    const settle = (known: boolean): void => {
      if (known) reply.headers(sharedHeaders(origin));
    };
    const known = policy.isKnown(origin);
    return isPromise(known) ? known.then(settle) : settle(known);
  };
}

/**
 * Holds the origin of a page against the application of its credential. A server key that comes from a page has reached a browser, where it must never be.
 */
export function checkOrigin(policy: OriginPolicy): Step {
  return (exchange) => {
    const { origin } = exchange.headers;
    if (origin === undefined) return;
    const { principal } = exchange;
    if (principal === undefined) throw new InternalError('An origin is checked before the caller is known.');
    if (principal.actor === 'admin' || principal.actor === 'platform') return;
    if (principal.actor !== 'user' && principal.actor !== 'client_key') {
      if (policy.isOwn(origin)) return;
      throw notAllowed(
        'server_key_in_browser',
        'Server keys are not accepted from browsers. Use a client key there, and replace this key.',
      );
    }
    return checkApplication({ origin, appId: principal.appId, policy });
  };
}

function checkApplication({ origin, appId, policy }: { origin: string; appId: string | null; policy: OriginPolicy }): void | Promise<void> {
  const settle = (application: { readonly allowedOrigins: readonly string[] } | undefined): void => {
    if (application !== undefined && isAllowedOrigin(application.allowedOrigins, origin)) return;
    throw notAllowed('origin_not_listed', 'The application does not allow this origin. Add it to its allowed_origins.');
  };
  if (appId === null || policy.applications === undefined) return settle(undefined);
  const application = policy.applications.get(appId);
  if (!isPromise(application)) return settle(application);
  return application.then(settle, (error: unknown) => {
    throw error instanceof AuthorizationError
      ? error
      : new UnavailableError('The origins of the application could not be looked up.', { code: 'AUTHZ_UNAVAILABLE', cause: error });
  });
}

function notAllowed(reason: string, message: string): AuthorizationError {
  return new AuthorizationError('AUTH_ORIGIN_NOT_ALLOWED', message, { details: { reason } });
}
