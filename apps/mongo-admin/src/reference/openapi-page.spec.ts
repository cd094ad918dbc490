import { beforeAll, describe, expect, it } from '@jest/globals';
import { modules } from '@caas/modules';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { openApiPage } from './openapi-page.js';

/** Tags are words of their own, the snapshot has no address, and a fixed segment goes before a parameter in our router. */
const RULES = { 'tag-description': 'off', 'no-server-example.com': 'off', 'no-ambiguous-paths': 'off' } as const;

describe('the OpenAPI document of all modules', () => {
  let page: string;

  beforeAll(async () => {
    page = await openApiPage(modules);
  }, 60_000);

  it('is made without any server, and the same each time', async () => {
    expect(await openApiPage(modules)).toBe(page);
    expect(page).toContain('"openapi": "3.1.0"');
  });

  it('has nothing that a linter complains of', async () => {
    const config = await createConfig({ extends: ['recommended'], rules: RULES });

    const problems = await lintFromString({ source: page, absoluteRef: '/openapi.json', config });

    expect(problems.map(({ severity, ruleId, message, location }) => [severity, ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it('finds something in a broken document', async () => {
    const config = await createConfig({ extends: ['recommended'], rules: RULES });
    const broken = page.replace('"operationId": "sendMessage"', '"operationId": "getMessage"');

    const problems = await lintFromString({ source: broken, absoluteRef: '/openapi.json', config });

    expect(problems.map(({ ruleId }) => ruleId)).toContain('operation-operationId-unique');
  });
});
