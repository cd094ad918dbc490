/** What log lines and derived events carry of the request or record being worked on. */
export interface RequestContext {
  /** `X-Request-Id` of the request, or the correlation id of the record. */
  readonly requestId: string;
  /** W3C trace id, 32 hex digits. */
  readonly traceId?: string;
  /** Where it came from: the address behind trusted proxies; absent outside of HTTP. */
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Template of the route (`/v1/users/:user_id`); absent outside of HTTP. Cursors are bound to it. */
  readonly route?: string | undefined;
}
