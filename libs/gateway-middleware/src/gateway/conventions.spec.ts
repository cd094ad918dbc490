import { afterEach, describe, expect, it } from '@jest/globals';
import { ConflictError, currentRequest, UnavailableError, VersionConflictError } from '@caas/runtime';
import { text, z } from '@caas/schema';
import { listQuery, pageOf, toPage } from '../conventions/list-envelope.js';
import { patchOf } from '../conventions/merge-patch.js';
import { defineRoute, type RouteDefinition } from '../routes/define-route.js';
import { A_KEY, aGateway, anEchoRoute, aPrincipal, aRequest, aTenant, closeGateways, noteShape } from './gateway.fixture.js';
import { MemoryIdempotency } from './memory-idempotency.fixture.js';

afterEach(closeGateways);

const key = { 'x-api-key': A_KEY };
const described = { operationId: 'aNote', summary: 'A note', tags: ['Notes'] };

describe('a list', () => {
  const list = defineRoute({
    ...described,
    method: 'GET',
    path: '/v1/notes',
    access: { permission: 'message.read' },
    query: listQuery(),
    responses: { 200: pageOf(noteShape) },
    handler: ({ query }) => {
      const page = { items: [{ text: 'a', pinned: false }], nextCursor: 'n', prevCursor: query.cursor ?? null, hasMore: true };
      return { status: 200, body: toPage(page, query.limit, (note) => note) };
    },
  });

  it('answers the envelope and Link', async () => {
    const { gateway } = await aGateway({ routes: [list] });

    const response = await gateway.inject({ url: '/v1/notes?limit=1&cursor=c', headers: key });

    expect(response.json()).toEqual({
      data: [{ text: 'a', pinned: false }],
      page: { limit: 1, has_more: true, next_cursor: 'n', prev_cursor: 'c' },
    });
    expect(response.headers['link']).toBe('</v1/notes?limit=1&cursor=n>; rel="next", </v1/notes?limit=1&cursor=c>; rel="prev"');
  });

  it('tells its handler the route that cursors are bound to', async () => {
    let route: string | undefined;
    const spy = {
      ...list,
      handler: (context: Parameters<typeof list.handler>[0]) => ((route = currentRequest()?.route), list.handler(context)),
    };
    const { gateway } = await aGateway({ routes: [spy] });

    await gateway.inject({ url: '/v1/notes', headers: key });

    expect(route).toBe('/v1/notes');
  });
});

describe('a versioned resource', () => {
  /** A note in memory, and the routes to read and change it. */
  function aNote(): { note: { text: string; version: number }; routes: RouteDefinition[] } {
    const note = { text: 'hello', version: 3 };
    const answer = () => ({ status: 200 as const, body: { text: note.text, pinned: false }, version: note.version });
    const shared = { summary: 'A note', tags: ['Notes'], path: '/v1/note', versioned: true, responses: { 200: noteShape } };
    return {
      note,
      routes: [
        defineRoute({ ...shared, operationId: 'getNote', method: 'GET', access: { permission: 'message.read' }, handler: answer }),
        defineRoute({
          ...shared,
          operationId: 'updateNote',
          method: 'PATCH',
          access: { permission: 'message.update' },
          body: patchOf({ text: text({ max: 100 }) }),
          handler: ({ body, expectedVersion }) => {
            if (expectedVersion !== undefined && expectedVersion !== note.version) {
              throw new VersionConflictError('changed', { currentVersion: note.version, expectedVersion });
            }
            Object.assign(note, body, { version: note.version + 1 });
            return answer();
          },
        }),
      ],
    };
  }

  it('has a strong ETag and is not sent again while it is the same', async () => {
    const { note, routes } = aNote();
    const { gateway } = await aGateway({ routes });
    const get = (headers = {}) => gateway.inject({ url: '/v1/note', headers: { ...key, ...headers } });

    const first = await get();
    const tag = String(first.headers['etag']);
    const same = await get({ 'if-none-match': tag });
    note.text = 'changed';
    const other = await get({ 'if-none-match': tag });

    expect(tag).toMatch(/^"3\.[\w-]+"$/);
    expect([first.status, first.headers['cache-control']]).toEqual([200, 'private, no-cache']);
    expect([same.status, same.text, same.headers['etag']]).toEqual([304, '', tag]);
    expect([other.status, other.json()]).toEqual([200, { text: 'changed', pinned: false }]);
  });

  it('takes a change that names its version, by PATCH and by PUT', async () => {
    const { note, routes } = aNote();
    const { gateway } = await aGateway({ routes });
    const change = (method: string, headers = {}) =>
      gateway.inject({ method, url: '/v1/note', headers: { ...key, ...headers }, body: { text: method } });

    const patched = await change('PATCH', { 'if-match': '"3.x"' });
    const put = await change('PUT', { 'if-match': String(patched.headers['etag']) });
    const unconditional = await change('PATCH');

    expect([patched.status, put.status, unconditional.status]).toEqual([200, 200, 200]);
    expect(note).toEqual({ text: 'PATCH', version: 6 });
  });

  it('refuses a change of another version with 412', async () => {
    const { note, routes } = aNote();
    const { gateway } = await aGateway({ routes });

    const response = await gateway.inject({
      method: 'PATCH',
      url: '/v1/note',
      headers: { ...key, 'if-match': '"2"' },
      body: { text: 'x' },
    });

    expect(response.status).toBe(412);
    expect(response.json()).toMatchObject({ code: 'VAL_PRECONDITION_FAILED', errors: [{ field: '/headers/if-match' }] });
    expect(note).toEqual({ text: 'hello', version: 3 });
  });

  it('takes a merge patch by its media type', async () => {
    const { gateway } = await aGateway({ routes: aNote().routes });

    const response = await gateway.inject({
      method: 'PATCH',
      url: '/v1/note',
      headers: { ...key, 'content-type': 'application/merge-patch+json' },
      body: '{"text":"merged"}',
    });

    expect([response.status, response.json()]).toEqual([200, { text: 'merged', pinned: false }]);
  });
});

describe('a request with an Idempotency-Key', () => {
  /** A route that counts its runs, and a way to call it. */
  async function aCounter(run: () => void | Promise<void> = () => undefined, changes: Partial<Parameters<typeof defineRoute>[0]> = {}) {
    let runs = 0;
    const counted = z.strictObject({ run: z.int32(), secret: text({ max: 20 }) });
    const handler = async () => {
      runs += 1;
      await run();
      return { status: 201, body: { run: runs, secret: 'only once' }, headers: { location: `/v1/notes/${runs}` } };
    };
    const route = anEchoRoute({ responses: { 201: counted }, shownOnce: ['secret'], ...changes, ...({ handler } as object) });
    const idempotency = new MemoryIdempotency();
    const world = await aGateway({ routes: [route], idempotency });
    const call = (headers: Record<string, string> = { 'idempotency-key': 'a-key' }, body: object = aRequest.body) =>
      world.gateway.inject({ ...aRequest, headers: { ...aRequest.headers, ...headers }, body });
    return { call, runs: () => runs, world, idempotency };
  }

  it('runs once; a repeat is answered as the first was, without what is shown once', async () => {
    const { call, runs } = await aCounter();

    const first = await call();
    const again = await call({ 'idempotency-key': '"a-key"' });

    expect([first.status, first.json(), first.headers['idempotent-replayed']]).toEqual([201, { run: 1, secret: 'only once' }, undefined]);
    expect([again.status, again.json(), again.headers['idempotent-replayed']]).toEqual([201, { run: 1 }, 'true']);
    expect([again.headers['location'], again.headers['content-type']]).toEqual([first.headers['location'], first.headers['content-type']]);
    expect(runs()).toBe(1);
  });

  it('keeps neither the secret nor the key', async () => {
    const { call, idempotency } = await aCounter();

    await call({ 'idempotency-key': 'very-private-key' });

    const kept = JSON.stringify([...idempotency.rows]);
    expect(kept).not.toContain('only once');
    expect(kept).not.toContain('very-private-key');
  });

  it('is another request with another key, or without one', async () => {
    const { call, runs } = await aCounter();

    await call();
    await call({ 'idempotency-key': 'b-key' });
    await call({});
    await call({});

    expect(runs()).toBe(4);
  });

  it('is refused with 422 for another body, and with 400 for a malformed key', async () => {
    const { call, runs } = await aCounter();
    await call();

    const other = await call(undefined, { text: 'another' });
    const malformed = await call({ 'idempotency-key': 'two words' });

    expect([other.status, other.json()]).toEqual([422, expect.objectContaining({ code: 'IDEM_KEY_REUSED' })]);
    expect([malformed.status, malformed.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'VAL_HEADER_INVALID', errors: [expect.objectContaining({ field: '/headers/idempotency-key' })] }),
    ]);
    expect(runs()).toBe(1);
  });

  it('is refused with 409 while the first is being worked on', async () => {
    let finish: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (finish = resolve));
    let begun: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (begun = resolve));
    const { call, runs } = await aCounter(() => (begun(), started));

    const first = call();
    await running;
    const second = await call();
    finish();

    expect([second.status, second.headers['retry-after'], second.json()]).toEqual([
      409,
      '1',
      expect.objectContaining({ code: 'IDEM_IN_PROGRESS' }),
    ]);
    expect([(await first).status, runs()]).toEqual([201, 1]);
  });

  it('keeps refusals, and runs anew after failures', async () => {
    const failures = [new UnavailableError('away'), new ConflictError('taken')];
    const { call, runs } = await aCounter(() => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    });

    const answers = [await call(), await call(), await call()];

    expect(answers.map(({ status, headers }) => [status, headers['idempotent-replayed']])).toEqual([
      [503, undefined],
      [409, undefined],
      [409, 'true'],
    ]);
    expect((answers[2]?.json() as { code: string }).code).toBe('RES_CONFLICT');
    expect(runs()).toBe(2);
  });

  it('keeps the answer of a handler that outlived its deadline', async () => {
    let finish: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (finish = resolve));
    const { call, runs, idempotency } = await aCounter(() => late, { timeoutMs: 20 });

    const timedOut = await call();
    finish();
    while ([...idempotency.rows.values()].every(({ answer }) => answer === undefined))
      await new Promise((resolve) => setImmediate(resolve));
    const again = await call();

    expect([timedOut.status, again.status, again.json(), runs()]).toEqual([504, 201, { run: 1 }, 1]);
  });

  it('is of its caller alone', async () => {
    const idempotency = new MemoryIdempotency();
    const tenant = aTenant();
    const worlds = [
      await aGateway({ tenant, principal: aPrincipal(tenant), idempotency }),
      await aGateway({ tenant, principal: aPrincipal(tenant), idempotency }),
      await aGateway({ idempotency }),
    ];

    for (const { gateway } of worlds) {
      const response = await gateway.inject({ ...aRequest, headers: { ...aRequest.headers, 'idempotency-key': 'shared' } });
      expect(response.headers['idempotent-replayed']).toBeUndefined();
    }

    expect(idempotency.rows.size).toBe(3);
  });

  it('is counted by what became of it', async () => {
    const { call, world } = await aCounter();

    await call();
    await call();

    const metrics = await world.metrics.registry.metrics();
    expect(metrics).toMatch(/caas_idempotency_requests_total\{[^}]*outcome="claimed"[^}]*\} 1/);
    expect(metrics).toMatch(/caas_idempotency_requests_total\{[^}]*outcome="replay"[^}]*\} 1/);
  });

  it('cannot keep a secret that its route forgot to name', () => {
    const answer = z.strictObject({ access_token: text({ max: 20 }) });

    expect(() => anEchoRoute({ responses: { 201: answer } })).toThrow(/access_token: name it in shownOnce/);
  });
});
