import { AppError, InternalError, TimeoutError, ValidationError, type ErrorCode } from '@caas/runtime';

/** What the framework's and Node's parser errors mean to a caller. Texts are ours: theirs quote the input. */
const FRAMEWORK_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['VAL_JSON_INVALID', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['VAL_JSON_INVALID', 'The body is empty although Content-Type says JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['VAL_HEADER_INVALID', 'The body does not have the length that Content-Length says.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['VAL_BODY_TOO_LARGE', 'The body exceeds the limit.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['VAL_MEDIA_TYPE', 'Send the body as application/json.'],
  FST_ERR_BAD_URL: ['VAL_FAILED', 'The path holds a malformed percent-encoding.'],
  FST_ERR_MAX_PARAM_LENGTH: ['VAL_URI_TOO_LONG', 'A path parameter exceeds 128 characters.'],
  ECONNRESET: ['VAL_FAILED', 'The connection was closed before the body was complete.'],
  HPE_HEADER_OVERFLOW: ['VAL_HEADERS_TOO_LARGE', 'The request headers exceed 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['SYS_TIMEOUT', 'The request did not arrive in time.'],
};

/**
 * Turns whatever a request ended with into an error of the catalogue. Errors that nobody foresaw become `SYS_INTERNAL` with the
 * original as their cause, for the log.
 */
export function translateError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'FST_ERR_HANDLER_TIMEOUT') return new TimeoutError('The handler passed its deadline.', { cause: error });
  const known = typeof code === 'string' ? FRAMEWORK_ERRORS[code] : undefined;
  if (known !== undefined) {
    const [ours, message] = known;
    return ours.startsWith('VAL_')
      ? new ValidationError([], { code: ours, message, cause: error })
      : new AppError(ours, message, { cause: error });
  }
  return new InternalError('A request ended with an unforeseen error.', { cause: error });
}

/** The same for bytes that never became a request. What Node does not name counts as an unreadable request. */
export function translateClientError(error: { readonly code?: string }): AppError {
  const known = error.code === undefined ? undefined : FRAMEWORK_ERRORS[error.code];
  const [code, message] = known ?? ['VAL_HEADER_INVALID', 'The request is not readable HTTP.'];
  return new AppError(code, message, { cause: error });
}
