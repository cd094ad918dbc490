import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type FastifyInstance } from 'fastify';
import { NotFoundError } from '@caas/runtime';
import { DOCS_CONTENT_SECURITY_POLICY } from '../http/security-headers.js';

/** Files of the viewer that pages ask for, with their media types. Nothing else of its folder is served. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>CAAS API v1</title>
    <link rel="icon" href="/docs/v1/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/v1/swagger-ui.css" />
  </head>
  <body>
    <div id="viewer"></div>
    <script src="/docs/v1/swagger-ui-bundle.js"></script>
    <script src="/docs/v1/start.js"></script>
  </body>
</html>
`;

/** In a file of its own, because the page's policy runs no inline script. */
const START = `SwaggerUIBundle({ url: '/openapi/v1.json', dom_id: '#viewer', deepLinking: true, tryItOutEnabled: true, validatorUrl: null });
`;

/**
 * `/openapi/v1.json` and a viewer at `/docs/v1`. The document is made at the first request and the viewer's files are streamed from disk,
 * so that a gateway whose documentation nobody reads holds neither in memory.
 */
export function docsRoutes(app: FastifyInstance, document: () => Readonly<Record<string, unknown>>): void {
  const served = once(() => {
    const text = JSON.stringify(document());
    return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"` };
  });
  app.get('/openapi/v1.json', (request, reply) => {
    const { text, etag } = served();
    reply.headers({ etag, 'cache-control': 'no-cache', 'cross-origin-resource-policy': 'cross-origin' });
    if (matches(request.headers['if-none-match'], etag)) reply.code(304).send();
    else reply.header('content-type', 'application/json; charset=utf-8').send(text);
  });
  for (const path of ['/docs', '/documentation']) app.get(path, (_request, reply) => void reply.redirect('/docs/v1', 302));
  app.get('/docs/v1', (_request, reply) => {
    reply.headers({ 'content-security-policy': DOCS_CONTENT_SECURITY_POLICY, 'content-type': 'text/html; charset=utf-8' }).send(PAGE);
  });
  app.get('/docs/v1/start.js', (_request, reply) => void reply.header('content-type', 'text/javascript; charset=utf-8').send(START));
  assetRoutes(app);
}

function assetRoutes(app: FastifyInstance): void {
  const folder = once(viewerFolder);
  for (const [file, mediaType] of Object.entries(ASSETS)) {
    app.get(`/docs/v1/${file}`, (_request, reply) => {
      const path = join(folder(), file);
      if (!existsSync(path)) throw new NotFoundError('The documentation viewer is not installed.', { code: 'ROUTE_NOT_FOUND' });
      reply.headers({ 'content-type': mediaType, 'cache-control': 'public, max-age=86400' }).send(createReadStream(path));
    });
  }
}

/** The package is used for its files only; its plugin is never loaded. */
function viewerFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static');
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** RFC 9110, 13.1.2, weak comparison. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((given) => given.trim().replace(/^W\//, '') === etag);
}
