import { AuthenticationError, type CredentialScheme, ValidationError } from '@caas/runtime';
import { type Exchange } from './exchange.js';

/** A credential in the query, by its own form or by a telling name: it is in access logs by now. */
const CREDENTIAL_IN_QUERY =
  /[?&](?:api[_-]?key|x-api-key|access_token|refresh_token|authorization)=|caas_(?:sk|pk|wk|rt)_|[=.]eyJ[\w-]+\.eyJ[\w-]+\./i;

/** What an API key begins with, whichever way it comes. */
const KEY_START = 'caas_';
const CLIENT_KEY_START = 'caas_pk_';
const PRESENTED_KEY = /^(?:Bearer )?(caas_\w+)/i;
/** `caas_sk_live_` and six characters of the secret. */
const KEY_PREFIX_LENGTH = 19;

const SCHEMES: ReadonlyMap<string, Exclude<CredentialScheme, 'api_key'>> = new Map([
  ['bearer', 'bearer'],
  ['sdk-jwt', 'sdk_jwt'],
]);

/** What a request authenticates itself with: one credential, or the token of a user and the client key of their app. */
export interface PresentedCredential {
  readonly text: string;
  readonly scheme: CredentialScheme;
  readonly clientKey?: string;
}

/** Reads `X-API-Key` and `Authorization`. Whether the credential is good is the authenticator's matter. */
export function readCredential(exchange: Exchange): PresentedCredential {
  refuseInUrl(exchange.request.raw.url);
  const apiKey = exchange.header('x-api-key');
  const authorization = exchange.header('authorization');
  if (authorization === undefined) {
    if (apiKey === undefined) {
      throw new AuthenticationError('AUTH_REQUIRED', 'Send an API key in X-API-Key, or the token of a user in Authorization.');
    }
    return { text: apiKey, scheme: 'api_key' };
  }
  const presented = parseAuthorization(authorization);
  if (apiKey === undefined) return presented;
  if (presented.scheme === 'api_key' || !apiKey.startsWith(CLIENT_KEY_START)) throw severalCredentials();
  return { ...presented, clientKey: apiKey };
}

/** What may be shown of the API key that a request presents, good or not: its form and the beginning of its secret. */
export function presentedKeyPrefix(exchange: Exchange): string | undefined {
  const credential = exchange.header('x-api-key') ?? exchange.header('authorization') ?? '';
  return PRESENTED_KEY.exec(credential)?.[1]?.slice(0, KEY_PREFIX_LENGTH);
}

/** More than one credential, and not a client key with the token of a user of its application. */
export function severalCredentials(): ValidationError {
  return new ValidationError([], {
    code: 'AUTH_MULTIPLE_CREDENTIALS',
    message: 'Send one credential, or the token of a user with the client key of the same application.',
  });
}

function refuseInUrl(url: string | undefined): void {
  if (url === undefined || !url.includes('?') || !CREDENTIAL_IN_QUERY.test(url)) return;
  throw new ValidationError([], {
    code: 'AUTH_CREDENTIAL_IN_URL',
    message: 'The query holds a credential. Send it in a header and replace it: this one may have been logged.',
  });
}

function parseAuthorization(header: string): PresentedCredential {
  const space = header.indexOf(' ');
  const name = space === -1 ? header : header.slice(0, space);
  const scheme = SCHEMES.get(name) ?? SCHEMES.get(name.toLowerCase());
  if (scheme === undefined) {
    throw new AuthenticationError('AUTH_SCHEME_UNSUPPORTED', 'The accepted schemes of Authorization are Bearer and SDK-JWT.');
  }
  const text = space === -1 ? '' : header.slice(space + 1).trim();
  if (text === '' || text.includes(' ') || text.includes(',')) {
    throw new AuthenticationError('AUTH_MALFORMED', 'Authorization must be the scheme, one space and one credential.');
  }
  return { text, scheme: scheme === 'bearer' && text.startsWith(KEY_START) ? 'api_key' : scheme };
}
