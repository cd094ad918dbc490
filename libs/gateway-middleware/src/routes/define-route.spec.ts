import { describe, expect, it } from '@jest/globals';
import { idOf, text, z } from '@caas/schema';
import { anEchoRoute, noteShape } from '../gateway/gateway.fixture.js';
import { RouteDefinitionError } from './check-route.js';
import { checkRoutes } from './check-routes.js';
import { defineRoute } from './define-route.js';

/** What a definition is refused for. */
function faultsOf(changes: object): readonly string[] {
  try {
    anEchoRoute(changes);
  } catch (error) {
    if (error instanceof RouteDefinitionError) return error.faults;
    throw error;
  }
  return [];
}

describe('defineRoute', () => {
  it('fills in what a route does not say', () => {
    expect(anEchoRoute()).toMatchObject({ rateClass: 'default', idempotent: false, errors: [], method: 'POST', path: '/v1/notes' });
  });

  it.each([
    [{ access: undefined }, 'access must be declared'],
    [{ access: {} }, 'there is no permission "undefined"'],
    [{ access: { permission: 'note.destroy' } }, 'there is no permission "note.destroy"'],
    [{ access: { permission: 'message.send', credentials: [] } }, 'credentials must name at least one kind'],
    [{ access: { permission: 'message.send', credentials: ['password'] } }, 'there is no kind of credential "password"'],
    [{ access: { permission: 'message.send', credentials: ['key', 'user'] } }, 'a route that accepts users must say actingUser'],
    [{ path: '/notes' }, 'the path must start with a version'],
    [{ path: '/v1/notes/' }, 'the path must start with a version'],
    [{ path: '/v1/Notes' }, 'the path must start with a version'],
    [{ path: '/v1/notes/:note_id' }, 'params does not describe :note_id'],
    [{ params: z.strictObject({ note_id: idOf('msg') }) }, 'params describes note_id, which is not in the path'],
    [{ operationId: 'create-note' }, 'operationId "create-note" must be camelCase'],
    [{ summary: ' ' }, 'a summary is required'],
    [{ tags: [] }, 'at least one tag is required'],
    [{ method: 'GET' }, 'GET takes no body'],
    [{ method: 'TRACE' }, 'the method must be one of'],
    [{ rateClass: 'unlimited' }, 'there is no rate class "unlimited"'],
    [{ errors: ['NO_SUCH_CODE'] }, 'there is no error code "NO_SUCH_CODE"'],
    [{ responses: {} }, 'responses must document a success'],
    [{ responses: { 201: noteShape, 404: noteShape } }, 'status 404 is not an answer of a handler'],
    [{ responses: { 204: noteShape } }, 'status 204 has no body'],
    [{ headers: z.strictObject({ 'X-Note': text({ max: 5 }) }) }, 'header X-Note must be written in lower case'],
  ])('refuses %o', (changes, fault) => {
    expect(faultsOf(changes)).toContainEqual(expect.stringContaining(fault));
  });

  it('lists every fault at once', () => {
    expect(faultsOf({ path: '/notes', summary: '', responses: {} })).toHaveLength(3);
  });

  it('refuses a shape that JSON Schema cannot say', () => {
    expect(() => anEchoRoute({ body: z.strictObject({ at: z.date() }) })).toThrow(/at/);
  });

  it('gives the handler the types of its shapes', () => {
    const route = defineRoute({
      method: 'POST',
      path: '/v1/notes/:note_id',
      operationId: 'pinNote',
      summary: 'Pin a note',
      tags: ['Notes'],
      access: { permission: 'message.pin', actingUser: 'required' },
      params: z.strictObject({ note_id: idOf('msg') }),
      body: noteShape,
      responses: { 200: noteShape, 204: null },
      handler: ({ params, body, actingUser, tenant, principal }) => {
        const typed: [string, boolean, string, string, string] = [
          params.note_id,
          body.pinned,
          actingUser.userId,
          tenant.name,
          principal.subjectId,
        ];
        return typed.length === 5 ? { status: 200, body } : { status: 204 };
      },
    });

    expect(route.operationId).toBe('pinNote');
  });
});

describe('a list of routes', () => {
  it('refuses two of the same method and path, however their parameters are called', () => {
    const params = (name: string) => z.strictObject({ [name]: text({ max: 20 }) });
    const one = anEchoRoute({ path: '/v1/notes/:a', params: params('a') });
    const two = anEchoRoute({ path: '/v1/notes/:b', params: params('b'), operationId: 'other' });

    expect(() => checkRoutes([one, two])).toThrow('another route has the same method and path');
  });

  it('refuses an operationId that is taken', () => {
    expect(() => checkRoutes([anEchoRoute(), anEchoRoute({ path: '/v1/other' })])).toThrow('operationId "createNote" is taken');
  });

  it('refuses a definition that lost its access on the way', () => {
    expect(() => checkRoutes([{ ...anEchoRoute(), access: undefined as never }])).toThrow('access must be declared');
  });
});
