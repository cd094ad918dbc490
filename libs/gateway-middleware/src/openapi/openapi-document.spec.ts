import { parse } from 'yaml';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { idOf, int32, text, z } from '@caas/schema';
import { A_KEY, aGateway, anEchoRoute, closeGateways } from '../gateway/gateway.fixture.js';
import { defineRoute, type RouteDefinition } from '../routes/define-route.js';

afterEach(closeGateways);

const author = z.strictObject({ author_id: idOf('usr'), name: text({ max: 100 }) }).meta({ id: 'Author' });
const note = z.strictObject({ note_id: idOf('msg'), author: author.nullable(), readers: z.array(author).max(10) }).meta({ id: 'Note' });

const routes: RouteDefinition[] = [
  anEchoRoute(),
  defineRoute({
    method: 'GET',
    path: '/v1/notes/:note_id',
    operationId: 'getNote',
    summary: 'Get a note',
    tags: ['Notes'],
    access: { permission: 'message.read', actingUser: 'optional' },
    rateClass: 'search',
    params: z.strictObject({ note_id: idOf('msg') }),
    query: z.strictObject({ depth: int32({ min: 0, max: 3 }).default(1).describe('How deep to look') }),
    headers: z.strictObject({ 'x-colour': text({ max: 10 }).optional() }),
    errors: ['RES_NOT_FOUND'],
    responses: { 200: note },
    handler: () => ({ status: 200, body: { note_id: 'x', author: null, readers: [] } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/open',
    operationId: 'open',
    summary: 'Anyone may read this',
    tags: ['Open'],
    access: { public: true },
    responses: { 204: null },
    handler: () => ({ status: 204 }),
  }),
];

interface Document {
  paths: Record<
    string,
    Record<
      string,
      { security: unknown[]; parameters: { name: string; in: string }[]; responses: Record<string, unknown> } & Record<string, unknown>
    >
  >;
  components: { schemas: Record<string, { properties: Record<string, unknown> }> };
}

async function served(): Promise<Document> {
  const { gateway } = await aGateway({ routes });
  return (await gateway.inject({ url: '/openapi/v1.json' })).json() as Document;
}

describe('OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate((await served()) as never);

    expect(result).toEqual({ valid: true });
  });

  it('has exactly the operations that are registered', async () => {
    const document = await served();
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );

    expect(documented.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).sort());
  });

  it('documents only what answers: no operation is unknown to the router', async () => {
    const { gateway } = await aGateway({ routes });
    for (const [path, methods] of Object.entries((await served()).paths)) {
      for (const method of Object.keys(methods)) {
        const url = path.replace(/\{\w+\}/g, 'x');
        expect([404, 405]).not.toContain((await gateway.inject({ method: method.toUpperCase(), url })).status);
      }
    }
  });

  it('shows permission, rate class, security and problems of a route', async () => {
    const operation = (await served()).paths['/v1/notes/{note_id}']?.['get'];

    expect(operation).toMatchObject({
      operationId: 'getNote',
      'x-permission': 'message.read',
      'x-rate-class': 'search',
      'x-idempotent': false,
      security: [{ apiKey: [] }, { bearer: [] }],
    });
    expect(operation?.parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).toEqual([
      'path note_id',
      'query depth',
      'header x-colour',
      'header X-Act-As-User',
    ]);
    expect(Object.keys(operation?.responses ?? {})).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '406',
      '414',
      '429',
      '431',
      '500',
      '503',
      '504',
    ]);
  });

  it('asks for no credential on a public route', async () => {
    const operation = (await served()).paths['/v1/open']?.['get'];

    expect(operation?.security).toEqual([]);
    expect(operation?.responses).not.toHaveProperty('401');
  });

  it('puts named shapes into components and refers to them, nullable ones too', async () => {
    const { schemas } = (await served()).components;

    expect(Object.keys(schemas).sort()).toEqual(['Author', 'Note', 'Problem']);
    expect(schemas['Note']?.properties).toMatchObject({
      author: { anyOf: [{ $ref: '#/components/schemas/Author' }, { type: 'null' }] },
      readers: { items: { $ref: '#/components/schemas/Author' } },
    });
  });

  it('is not sent again to a client that has it', async () => {
    const { gateway } = await aGateway({ routes });
    const { etag } = (await gateway.inject({ url: '/openapi/v1.json' })).headers;

    const again = await gateway.inject({ url: '/openapi/v1.json', headers: { 'if-none-match': `"other", W/${etag as string}` } });

    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('is served as YAML that says the same', async () => {
    const { gateway } = await aGateway();

    const [json, yaml] = [await gateway.inject({ url: '/openapi/v1.json' }), await gateway.inject({ url: '/openapi/v1.yaml' })];
    const again = await gateway.inject({ url: '/openapi/v1.yaml', headers: { 'if-none-match': String(yaml.headers['etag']) } });

    expect(yaml.headers['content-type']).toBe('application/yaml; charset=utf-8');
    expect(parse(yaml.text)).toEqual(json.json());
    expect([again.status, again.text]).toEqual([304, '']);
  });
});

describe('documentation pages', () => {
  it('lead to the viewer, under a policy of their own', async () => {
    const { gateway } = await aGateway();

    const redirect = await gateway.inject({ url: '/docs' });
    const page = await gateway.inject({ url: '/docs/v1' });

    expect([redirect.status, redirect.headers['location']]).toEqual([302, '/docs/v1']);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.text).not.toMatch(/https?:\/\//);
  });

  it('load only files that are there', async () => {
    const { gateway } = await aGateway();
    const files = [...(await gateway.inject({ url: '/docs/v1' })).text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');

    expect(files).toHaveLength(4);
    for (const url of files) expect([url, (await gateway.inject({ url })).status]).toEqual([url, 200]);
  });

  it('serve nothing else of the viewer’s folder', async () => {
    const { gateway } = await aGateway();

    for (const url of ['/docs/v1/index.html', '/docs/v1/../package.json', '/docs/v1/%2e%2e%2fpackage.json']) {
      expect((await gateway.inject({ url, headers: { 'x-api-key': A_KEY } })).status).toBe(404);
    }
  });

  it('are absent when switched off', async () => {
    const { gateway } = await aGateway({ config: { docsEnabled: false } });

    expect((await gateway.inject({ url: '/docs/v1' })).status).toBe(404);
    expect((await gateway.inject({ url: '/openapi/v1.json' })).status).toBe(404);
  });
});
