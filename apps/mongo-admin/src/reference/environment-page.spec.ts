import { describe, expect, it } from '@jest/globals';
import { defineConfig, integer } from '@caas/runtime';
import { z } from 'zod';
import { environmentPage } from './environment-page.js';

const shared = defineConfig({ DATABASE: { schema: z.string(), description: 'where rows are; one of a|b', secret: true } });
const page = environmentPage({
  gateway: { ...shared, PORT: { schema: integer().default(3000), description: 'port' } },
  worker: {
    ...shared,
    GROUPS: {
      schema: z
        .string()
        .default('')
        .transform((text) => new Set(text.split(',').filter(Boolean))),
      description: 'all unless given',
    },
    LABEL: { schema: z.string().optional(), description: 'shown in logs' },
  },
});

describe('the page of environment variables', () => {
  it.each([
    '| `DATABASE` | gateway, worker | required | Where rows are; one of a\\|b. A secret. |',
    '| `PORT` | gateway | `3000` | Port. |',
    '| `GROUPS` | worker |  | All unless given. |',
    '| `LABEL` | worker |  | Shown in logs. |',
  ])('has the line %s', (line) => {
    expect(page.split('\n')).toContain(line);
  });

  it('has every variable once, in order', () => {
    expect([...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(['DATABASE', 'GROUPS', 'LABEL', 'PORT']);
  });
});
