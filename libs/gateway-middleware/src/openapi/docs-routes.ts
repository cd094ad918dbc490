import { createReadStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type FastifyInstance } from 'fastify';
import { NotFoundError } from '@caas/runtime';
import { stringify } from 'yaml';
import { contentTag, isNamedBy } from '../conventions/entity-tag.js';
import { DOCS_CONTENT_SECURITY_POLICY } from '../http/security-headers.js';
import { type ApiVersions } from '../versions/api-versions.js';

const SCRIPT = 'text/javascript; charset=utf-8';

/** Files of the viewer that pages ask for, with their media types. Nothing else of its folder is served. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': SCRIPT,
  'favicon-32x32.png': 'image/png',
};

/** The page of a version; its script is in a file of its own, because the page's policy runs no inline script. */
const pageOf = (version: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>CAAS API ${version}</title>
    <link rel="icon" href="/docs/assets/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css" />
  </head>
  <body>
    <div id="viewer"></div>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/${version}/start.js"></script>
  </body>
</html>
`;

const startOf = (version: string): string =>
  `SwaggerUIBundle({ url: '/openapi/${version}.json', dom_id: '#viewer', deepLinking: true, tryItOutEnabled: true, validatorUrl: null });\n`;

export interface DocsOptions {
  readonly versions: ApiVersions;
  readonly document: (version: string) => Readonly<Record<string, unknown>>;
}

/**
 * `/openapi/<version>.json` and `.yaml`, and a viewer at `/docs/<version>`. A document is made at the first request and the viewer's files are streamed from
 * disk, so that a gateway whose documentation nobody reads holds neither in memory.
 */
export function docsRoutes(app: FastifyInstance, { versions, document }: DocsOptions): void {
  for (const path of ['/docs', '/documentation'])
    app.get(path, (_request, reply) => void reply.redirect(`/docs/${versions.fallback}`, 302));
  for (const version of versions.names) {
    documentRoute(app, `/openapi/${version}.json`, {
      mediaType: 'application/json; charset=utf-8',
      render: () => JSON.stringify(document(version)),
    });
    documentRoute(app, `/openapi/${version}.yaml`, {
      mediaType: 'application/yaml; charset=utf-8',
      render: () => stringify(document(version)),
    });
    app.get(`/docs/${version}`, (_request, reply) => {
      reply
        .headers({ 'content-security-policy': DOCS_CONTENT_SECURITY_POLICY, 'content-type': 'text/html; charset=utf-8' })
        .send(pageOf(version));
    });
    app.get(`/docs/${version}/start.js`, (_request, reply) => void reply.header('content-type', SCRIPT).send(startOf(version)));
  }
  assetRoutes(app);
}

function documentRoute(app: FastifyInstance, path: string, { mediaType, render }: { mediaType: string; render: () => string }): void {
  const served = once(() => {
    const text = render();
    return { text, etag: contentTag(text) };
  });
  app.get(path, (request, reply) => {
    const { text, etag } = served();
    reply.headers({ etag, 'cache-control': 'no-cache', 'cross-origin-resource-policy': 'cross-origin' });
    if (isNamedBy(request.headers['if-none-match'], etag)) reply.code(304).send();
    else reply.header('content-type', mediaType).send(text);
  });
}

function assetRoutes(app: FastifyInstance): void {
  const folder = once(viewerFolder);
  for (const [file, mediaType] of Object.entries(ASSETS)) {
    app.get(`/docs/assets/${file}`, (_request, reply) => {
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
