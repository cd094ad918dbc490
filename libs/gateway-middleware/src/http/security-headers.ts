/** Sent with every answer of the API. A browser that shows one must neither run, frame, sniff nor store it. */
const API_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-site',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
  vary: 'Origin, Accept, X-API-Version',
};

/** Fixed headers of every answer; production adds the promise to stay on HTTPS for a year. */
export function fixedHeaders({
  production,
  defaultApiVersion,
}: {
  production: boolean;
  defaultApiVersion: string;
}): Readonly<Record<string, string>> {
  const headers = { ...API_HEADERS, 'x-api-version': defaultApiVersion };
  return production ? { ...headers, 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : headers;
}

/** Policy of the documentation pages: own files only; the viewer writes inline styles and shows images from data URIs. */
export const DOCS_CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
