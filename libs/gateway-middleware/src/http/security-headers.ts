/** Version that every route of this gateway speaks; the path names it. */
export const API_VERSION = 'v1';

/** Sent with every answer of the API. A browser that shows one must neither run, frame, sniff nor store it. */
const API_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-site',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
  'x-api-version': API_VERSION,
};

/** Fixed headers of every answer; production adds the promise to stay on HTTPS for a year. */
export function fixedHeaders({ production }: { production: boolean }): Readonly<Record<string, string>> {
  return production ? { ...API_HEADERS, 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : API_HEADERS;
}

/** Policy of the documentation pages: own files only; the viewer writes inline styles and shows images from data URIs. */
export const DOCS_CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
