import { describe, expect, it } from '@jest/globals';
import { generateApiKey, hasApiKeyForm, lookupOf } from './api-key-format.js';

describe('generateApiKey', () => {
  it.each([
    ['server', 'live', /^caas_sk_live_[0-9A-Za-z]{43}$/],
    ['client', 'test', /^caas_pk_test_[0-9A-Za-z]{43}$/],
    ['webhook', 'live', /^caas_wk_live_[0-9A-Za-z]{43}$/],
  ] as const)('of type %s for %s has the form %s', (type, environment, form) => {
    const { key, prefix } = generateApiKey(type, environment);

    expect(key).toMatch(form);
    expect(key.startsWith(prefix)).toBe(true);
    expect(prefix).toHaveLength(19);
  });

  it('never repeats', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => generateApiKey('server', 'live').key)).size).toBe(1_000);
  });
});

describe('hasApiKeyForm', () => {
  const { key } = generateApiKey('server', 'live');

  it.each<[string, string, boolean]>([
    ['a key', key, true],
    ['one character less', key.slice(0, -1), false],
    ['one character more', `${key}a`, false],
    ['a line break at the end', `${key}\n`, false],
    ['another kind', key.replace('_sk_', '_xx_'), false],
    ['another environment', key.replace('_live_', '_prod_'), false],
    ['nothing', '', false],
  ])('%s', (_, text, expected) => {
    expect(hasApiKeyForm(text)).toBe(expected);
  });
});

describe('lookupOf', () => {
  it('depends on the key and on the pepper', () => {
    const [one, two] = [generateApiKey('server', 'live').key, generateApiKey('server', 'live').key];
    const [salt, pepper] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

    const lookups = [lookupOf(one, salt), lookupOf(one, pepper), lookupOf(two, salt)];

    expect(new Set(lookups).size).toBe(3);
    expect(lookupOf(one, salt)).toBe(lookups[0]);
    expect(lookups[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});
