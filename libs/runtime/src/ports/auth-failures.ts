/** What of a request was wrong: where it came from, and what it tried to be. */
export interface FailedAttempt {
  /** The address behind trusted proxies. */
  readonly ip: string;
  /** The credential by what may be told of it (a key's prefix), or the route; never the credential. */
  readonly subject: string;
}

/** Slows down and then refuses whoever tries credentials. Implemented by `data-access-redis`. */
export interface AuthFailureGuard {
  /** Nobody has failed lately: there is nothing to check. */
  readonly isQuiet: boolean;
  /**
   * Looks at memory only, before a credential costs anything. Throws `RateLimitedError` AUTH_TOO_MANY_FAILURES while attempts have to wait, and
   * `AuthorizationError` AUTH_IP_BLOCKED for an address that is refused for a day.
   */
  check(attempt: FailedAttempt): void;
  /** A credential was wrong. Never waits, never throws; counts here alone while Redis is away. */
  failed(attempt: FailedAttempt): void;
}
