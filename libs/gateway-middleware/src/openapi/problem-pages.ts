import { ERROR_CATALOGUE, type ErrorCode, NotFoundError } from '@caas/runtime';
import { type FastifyInstance } from 'fastify';
import { problemSlug } from '../errors/problem.js';
import { DOCS_CONTENT_SECURITY_POLICY } from '../http/security-headers.js';

const HTML = 'text/html; charset=utf-8';
const MAX_AGE = 'public, max-age=3600';
const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];
const BY_SLUG: ReadonlyMap<string, ErrorCode> = new Map(CODES.map((code) => [problemSlug(code), code]));

/** What the `type` of a problem leads to: a page for each code of the catalogue at `/problems/<code>`, and a list of them at `/problems`. */
export function problemPages(app: FastifyInstance): void {
  app.get('/problems', (_request, reply) => void reply.headers(headers()).send(indexPage()));
  app.get<{ Params: { code: string } }>('/problems/:code', ({ params }, reply) => {
    const code = BY_SLUG.get(params.code);
    if (code === undefined) throw new NotFoundError('There is no such kind of problem.', { code: 'ROUTE_NOT_FOUND' });
    reply.headers(headers()).send(codePage(code));
  });
}

function headers(): Readonly<Record<string, string>> {
  return { 'content-security-policy': DOCS_CONTENT_SECURITY_POLICY, 'content-type': HTML, 'cache-control': MAX_AGE };
}

function indexPage(): string {
  const rows = CODES.map((code) => {
    const { status, title } = ERROR_CATALOGUE[code];
    return `<tr><td><a href="/problems/${problemSlug(code)}">${code}</a></td><td>${status}</td><td>${escaped(title)}</td></tr>`;
  });
  return page('Problems', `<table><tr><th>code</th><th>status</th><th>title</th></tr>${rows.join('')}</table>`);
}

function codePage(code: ErrorCode): string {
  const { status, title, when } = ERROR_CATALOGUE[code];
  const body = `<p><code>${code}</code>, HTTP ${status}</p><p>${escaped(when)}</p><p><a href="/problems">All problems</a></p>`;
  return page(title, body);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escaped(title)} · CAAS API</title>
  </head>
  <body>
    <h1>${escaped(title)}</h1>
    ${body}
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
