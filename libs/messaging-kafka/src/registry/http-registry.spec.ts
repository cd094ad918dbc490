import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ConflictError, InternalError, UnavailableError } from '@caas/runtime';
import { HttpRegistry } from './http-registry.js';

interface Call {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))));

/** A registry that gives the answers in turn, the last one for ever. */
async function aRegistry(...answers: (readonly [number, unknown])[]) {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      calls.push({ method: request.method, url: request.url, authorization: request.headers.authorization, body });
      const [status, answer] = answers[Math.min(calls.length, answers.length) - 1] ?? [500, {}];
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/apis/ccompat/v7/`;
  return { calls, registry: new HttpRegistry({ url, timeoutMs: 1_000, auth: { username: 'u', password: 'p' } }) };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
}

describe('HttpRegistry', () => {
  it('registers Avro without a type and JSON with one, under basic authentication', async () => {
    const { registry, calls } = await aRegistry([200, { id: 7 }]);

    expect(await registry.register('chat.messages-value', { type: 'AVRO', text: '"int"' })).toBe(7);
    expect(await registry.register('platform.audit-value', { type: 'JSON', text: '{}' })).toBe(7);

    expect(calls).toEqual([
      {
        method: 'POST',
        url: '/apis/ccompat/v7/subjects/chat.messages-value/versions',
        authorization: 'Basic dTpw',
        body: { schema: '"int"' },
      },
      {
        method: 'POST',
        url: '/apis/ccompat/v7/subjects/platform.audit-value/versions',
        authorization: 'Basic dTpw',
        body: { schema: '{}', schemaType: 'JSON' },
      },
    ]);
  });

  it('says which subject is not compatible, and why', async () => {
    const { registry } = await aRegistry(
      [409, { message: 'incompatible' }],
      [200, { is_compatible: false, messages: ['READER_FIELD_MISSING_DEFAULT_VALUE: /mood'] }],
    );

    const refused = registry.register('chat.messages-value', { type: 'AVRO', text: '"int"' });

    await expect(refused).rejects.toThrow(ConflictError);
    await expect(refused).rejects.toThrow(/chat.messages-value is not compatible.*READER_FIELD_MISSING_DEFAULT_VALUE: \/mood/);
  });

  it('knows the difference between absent and unavailable', async () => {
    const { registry: absent } = await aRegistry([404, { message: 'Schema not found' }]);
    expect(await absent.byId(1)).toBeUndefined();
    expect(await absent.lookup('s', { type: 'AVRO', text: '"int"' })).toBeUndefined();

    const { registry: ill, calls } = await aRegistry([503, { message: 'starting' }]);
    await expect(ill.byId(1)).rejects.toThrow(UnavailableError);
    expect(calls).toHaveLength(3);
  });

  it('tries again after a passing failure', async () => {
    const { registry } = await aRegistry([500, {}], [200, { schema: '"int"' }]);

    expect(await registry.byId(1)).toEqual({ type: 'AVRO', text: '"int"' });
  });

  it('is unavailable when nobody listens', async () => {
    const { registry } = await aRegistry([200, {}]);
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));

    await expect(registry.ping()).rejects.toMatchObject({ name: 'UnavailableError', details: { reason: 'REGISTRY_UNAVAILABLE' } });
  });

  it('calls any other refusal our own fault', async () => {
    const { registry } = await aRegistry([422, { message: 'Invalid schema' }]);

    await expect(registry.register('s', { type: 'AVRO', text: '{' })).rejects.toThrow(InternalError);
  });

  it('sets a compatibility only where it differs', async () => {
    const same = await aRegistry([200, { compatibilityLevel: 'BACKWARD' }]);
    await same.registry.setCompatibility('s', 'BACKWARD');
    expect(same.calls.map(({ method }) => method)).toEqual(['GET']);

    const other = await aRegistry([404, {}], [200, {}]);
    await other.registry.setCompatibility('s', 'BACKWARD');
    expect(other.calls.map(({ method, body }) => [method, body])).toEqual([
      ['GET', undefined],
      ['PUT', { compatibility: 'BACKWARD' }],
    ]);
  });
});
