import { afterEach, describe, expect, it } from '@jest/globals';
import { AppError, ERROR_CATALOGUE, type ErrorCode } from '@caas/runtime';
import { A_KEY, aGateway, closeGateways } from '../gateway/gateway.fixture.js';
import { defineRoute } from '../routes/define-route.js';
import { renderProblem } from './problem.js';
import { translateClientError, translateError } from './translate-error.js';

afterEach(closeGateways);

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];
const context = {
  requestId: 'req-12345678',
  url: '/v1/things?secret=1',
  baseUrl: 'https://api.example.com',
  now: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
};

describe('problem', () => {
  it.each(CODES)('%s has all members, and its status and title from the catalogue', (code) => {
    const problem = renderProblem(new AppError(code, 'What happened this time.', { details: { reason: 'why' } }), context);
    const { status, title, when } = ERROR_CATALOGUE[code];

    expect(problem).toEqual({
      type:
        status === 429
          ? 'https://iana.org/assignments/http-problem-types#quota-exceeded'
          : `https://api.example.com/problems/${code.toLowerCase().replaceAll('_', '-')}`,
      title,
      status,
      detail: status >= 500 ? when : 'What happened this time.',
      instance: '/v1/things',
      code,
      request_id: 'req-12345678',
      timestamp: '2026-01-02T03:04:05.006Z',
      ...(status >= 500 ? {} : { reason: 'why' }),
    });
  });

  it('shows known details only', () => {
    const details = { conflictWith: 'username', requiredPermission: 'user.read', internalHost: 'db-1.local' };

    expect(renderProblem(new AppError('RES_CONFLICT', 'Taken.', { details }), context)).toMatchObject({
      conflict_with: 'username',
      required_permission: 'user.read',
    });
    expect(JSON.stringify(renderProblem(new AppError('RES_CONFLICT', 'Taken.', { details }), context))).not.toContain('db-1');
  });

  it('lists at most 50 issues', () => {
    const issues = Array.from({ length: 60 }, (_, index) => ({ field: `/body/${index}`, code: 'type', message: 'must be text' }));

    expect(renderProblem(new AppError('VAL_FAILED', 'Wrong.', { details: { issues } }), context).errors).toHaveLength(50);
  });

  it.each(CODES)('%s leaves the gateway with its own status', async (code) => {
    const route = defineRoute({
      method: 'GET',
      path: '/v1/fail',
      operationId: 'fail',
      summary: 'Fail',
      tags: ['Fail'],
      access: { public: true },
      responses: { 204: null },
      handler: () => {
        throw new AppError(code, 'It failed.');
      },
    });
    const { gateway } = await aGateway({ routes: [route] });

    const response = await gateway.inject({ url: '/v1/fail', headers: { 'x-api-key': A_KEY } });

    expect([response.status, (response.json() as { code: string }).code]).toEqual([ERROR_CATALOGUE[code].status, code]);
  });
});

describe('translation', () => {
  it('keeps errors of the catalogue', () => {
    const error = new AppError('RES_STATE', 'No.');

    expect(translateError(error)).toBe(error);
  });

  it.each([new Error('boom'), 'a string', null, { code: 42 }])('counts %p as unforeseen and keeps it as the cause', (thrown) => {
    expect(translateError(thrown)).toMatchObject({ code: 'SYS_INTERNAL', cause: thrown });
  });

  it('names what is wrong with bytes that are no request', () => {
    expect(translateClientError({ code: 'HPE_HEADER_OVERFLOW' })).toMatchObject({ code: 'VAL_HEADERS_TOO_LARGE' });
    expect(translateClientError({ code: 'HPE_INVALID_METHOD' })).toMatchObject({ code: 'VAL_HEADER_INVALID' });
    expect(translateClientError({})).toMatchObject({ code: 'VAL_HEADER_INVALID' });
  });
});
