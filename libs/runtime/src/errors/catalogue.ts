/**
 * The one catalogue of error codes: what a client switches on, with its HTTP status and fixed title (RFC 9457, 3.1).
 * Codes are never renamed or reused; a retired code stays with `retired: true`.
 */
export interface CatalogueEntry {
  readonly status: number;
  /** Fixed per code; the occurrence's own text goes into `detail`. */
  readonly title: string;
  /** When it is answered and what the caller does next, for the generated page. */
  readonly when: string;
}

const entry = (status: number, title: string, when: string): CatalogueEntry => ({ status, title, when });

export const ERROR_CATALOGUE = {
  AUTH_REQUIRED: entry(401, 'Authentication required', 'No credential was sent. Send the API key in X-API-Key.'),
  AUTH_MALFORMED: entry(401, 'Malformed credential', 'The Authorization header could not be read.'),
  AUTH_SCHEME_UNSUPPORTED: entry(401, 'Unsupported authentication scheme', 'The Authorization header names a scheme that is not accepted.'),
  AUTH_KEY_INVALID: entry(401, 'Invalid API key', 'The key is unknown or does not belong to this environment.'),
  AUTH_KEY_REVOKED: entry(401, 'API key revoked', 'The key was revoked. Use its successor.'),
  AUTH_KEY_EXPIRED: entry(401, 'API key expired', 'The key is past its expiry. Create a new one.'),
  AUTH_MULTIPLE_CREDENTIALS: entry(400, 'Several credentials', 'More than one credential was sent. Send one.'),
  AUTH_CREDENTIAL_IN_URL: entry(
    400,
    'Credential in the URL',
    'Credentials belong into headers. The sent one should be considered exposed.',
  ),
  AUTHZ_DENIED: entry(403, 'Permission denied', 'The caller lacks the required permission.'),
  AUTHZ_SCOPE_MISSING: entry(403, 'Scope missing', 'The API key does not carry a scope that grants the required permission.'),
  AUTHZ_KEY_TYPE: entry(403, 'Wrong type of key', 'This type of API key cannot call this route.'),
  AUTHZ_CREDENTIAL_TYPE: entry(403, 'Wrong type of credential', 'This route does not accept this kind of credential.'),
  AUTHZ_NOT_MEMBER: entry(403, 'Not a member', 'The acting user is not an active member of the conversation.'),
  AUTHZ_ROLE_TOO_LOW: entry(403, 'Role too low', 'The acting user has a conversation role that does not allow this.'),
  AUTHZ_CROSS_TENANT: entry(403, 'Other tenant', 'The request names a tenant that is not the credential’s own.'),
  AUTHZ_UNAVAILABLE: entry(503, 'Permission undecidable', 'A store needed for the decision did not answer. Retry.'),
  VAL_FAILED: entry(400, 'Validation failed', 'The request breaks its schema; errors[] names each field.'),
  VAL_JSON_INVALID: entry(400, 'Invalid JSON', 'The body is not JSON, is nested too deep, or holds a forbidden key.'),
  VAL_ID_FORMAT: entry(400, 'Malformed id', 'An id does not have the form of its kind.'),
  VAL_CURSOR_INVALID: entry(400, 'Invalid cursor', 'The cursor was altered or belongs to another list. Start again without it.'),
  VAL_HEADER_INVALID: entry(400, 'Invalid header', 'A request header has a value that is not allowed.'),
  VAL_REFERENCE: entry(400, 'Unknown reference', 'An id in the body names nothing in this tenant.'),
  VAL_ACTING_USER_REQUIRED: entry(400, 'Acting user required', 'Send X-Act-As-User with the user on whose behalf the call is made.'),
  VAL_SEMANTIC: entry(422, 'Impossible request', 'The request is well formed but cannot be carried out.'),
  VAL_PRECONDITION_FAILED: entry(412, 'Precondition failed', 'The resource changed since it was read. Read it again.'),
  VAL_NOT_ACCEPTABLE: entry(406, 'Not acceptable', 'No representation matches the Accept header.'),
  VAL_BODY_TOO_LARGE: entry(413, 'Body too large', 'The body exceeds the limit.'),
  VAL_URI_TOO_LONG: entry(414, 'URI too long', 'The URL exceeds the limit.'),
  VAL_MEDIA_TYPE: entry(415, 'Unsupported media type', 'Send application/json.'),
  VAL_HEADERS_TOO_LARGE: entry(431, 'Headers too large', 'The request headers exceed the limit.'),
  IDEM_KEY_REUSED: entry(422, 'Idempotency key reused', 'The key was used before with another body.'),
  ROUTE_NOT_FOUND: entry(404, 'No such route', 'The path is unknown; suggestions may follow.'),
  ROUTE_METHOD_NOT_ALLOWED: entry(405, 'Method not allowed', 'The path exists; Allow lists its methods.'),
  RES_NOT_FOUND: entry(404, 'Not found', 'There is no such resource in this tenant.'),
  RES_CONFLICT: entry(409, 'Conflict', 'The resource clashes with an existing one; conflict_with names the field.'),
  RES_STATE: entry(409, 'Wrong state', 'The resource is in a state that does not allow this.'),
  RES_VERSION: entry(409, 'Version conflict', 'The resource was changed by someone else in the meantime.'),
  RATE_LIMITED: entry(429, 'Too many requests', 'A rate limit is used up. Wait as Retry-After says.'),
  RATE_QUOTA_EXCEEDED: entry(429, 'Quota exceeded', 'The monthly quota of the plan is used up.'),
  TENANT_REQUIRED: entry(400, 'Tenant required', 'The route works inside a tenant, and none was named.'),
  TENANT_PENDING: entry(403, 'Tenant pending', 'The tenant is not verified yet.'),
  TENANT_SUSPENDED: entry(403, 'Tenant suspended', 'The tenant is suspended. Its owner has been told why.'),
  TENANT_CANCELLED: entry(403, 'Tenant cancelled', 'The tenant was cancelled and waits for its removal.'),
  TENANT_MIGRATING: entry(503, 'Tenant migrating', 'Writes are paused for some seconds. Retry as Retry-After says.'),
  TENANT_UNAVAILABLE: entry(503, 'Tenant undecidable', 'The tenant’s record could not be read. Retry.'),
  RATE_SLOW_MODE: entry(429, 'Slow mode', 'The conversation lets each member send once in a while. Wait as Retry-After says.'),
  USER_EXISTS: entry(409, 'User exists', 'A live user has this external_id or username; conflict_with names it.'),
  CONV_MEMBER_LIMIT: entry(409, 'Too many members', 'The conversation would exceed its member limit.'),
  CONV_CLOSED: entry(409, 'Conversation closed', 'The conversation takes no messages any more.'),
  MSG_TOO_LONG: entry(400, 'Message too long', 'The text is longer than the tenant allows.'),
  MSG_CONTENT_MISMATCH: entry(400, 'Content does not fit the type', 'The content is not of the shape that the message type asks for.'),
  MSG_TYPE_DISABLED: entry(403, 'Message type disabled', 'This message type is not offered to the caller.'),
  MSG_READ_ONLY: entry(403, 'Read only', 'The acting user may read but not write in this conversation.'),
  MSG_SENDER_MUTED: entry(403, 'Sender muted', 'The acting user may not send in this conversation.'),
  MSG_EDIT_WINDOW_CLOSED: entry(409, 'Too late to change', 'The time in which the message could be edited or deleted has passed.'),
  MSG_NOT_EDITABLE: entry(409, 'Not editable', 'Messages of this kind cannot be edited, or not into this.'),
  MSG_DELETED: entry(410, 'Message deleted', 'The message was deleted.'),
  MSG_EXPIRED: entry(410, 'Message expired', 'The message disappeared before it was stored.'),
  MSG_DUPLICATE_CLIENT_ID: entry(409, 'client_message_id reused', 'The sender used this client_message_id in another conversation.'),
  SYS_INTERNAL: entry(500, 'Internal error', 'Unexpected. Report the request_id.'),
  SYS_NOT_IMPLEMENTED: entry(501, 'Not implemented', 'The feature is announced but not built yet.'),
  SYS_UNAVAILABLE: entry(
    503,
    'Temporarily unavailable',
    'A dependency is down or overloaded. Retry as Retry-After says; resends with the same id are safe.',
  ),
  SYS_SHUTTING_DOWN: entry(503, 'Shutting down', 'This instance is going away. Retry: another one answers.'),
  SYS_TIMEOUT: entry(504, 'Timeout', 'The deadline passed before the answer was ready.'),
} as const satisfies Record<string, CatalogueEntry>;

/** Every code a caller can meet. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;
