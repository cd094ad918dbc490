import { afterEach, describe, expect, it } from '@jest/globals';
import { ERROR_CATALOGUE, type ErrorCode } from '@caas/runtime';
import { problemType } from '../errors/problem.js';
import { aGateway, closeGateways } from '../gateway/gateway.fixture.js';

afterEach(closeGateways);

describe('the pages about problems', () => {
  it('are where the type of every problem leads', async () => {
    const { gateway } = await aGateway();
    const codes = (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).filter((code) => ERROR_CATALOGUE[code].status !== 429);

    for (const code of codes) {
      const { status, headers, text } = await gateway.inject({ url: problemType(code, '') });
      expect([code, status, headers['content-type']]).toEqual([code, 200, 'text/html; charset=utf-8']);
      expect(text).toContain(`<code>${code}</code>, HTTP ${ERROR_CATALOGUE[code].status}`);
    }
  });

  it('are listed, run no scripts, and end where the catalogue ends', async () => {
    const { gateway } = await aGateway();

    const [list, nothing] = [await gateway.inject({ url: '/problems' }), await gateway.inject({ url: '/problems/no-such' })];

    expect(list.text.match(/href="\/problems\//g)).toHaveLength(Object.keys(ERROR_CATALOGUE).length);
    expect(list.headers['content-security-policy']).toContain("default-src 'none'");
    expect([nothing.status, nothing.json()]).toEqual([404, expect.objectContaining({ code: 'ROUTE_NOT_FOUND' })]);
  });
});
