import { describe, expect, it } from '@jest/globals';
import { schemaMode } from './schema-mode.js';

describe('what a service does with schemas', () => {
  it.each([
    ['development', undefined, 'register'],
    ['test', undefined, 'register'],
    ['production', undefined, 'lookup'],
    ['production', true, 'register'],
    ['development', false, 'lookup'],
  ] as const)('in %s, with SCHEMA_AUTO_REGISTER %s: %s', (NODE_ENV, SCHEMA_AUTO_REGISTER, mode) => {
    expect(schemaMode({ NODE_ENV, SCHEMA_AUTO_REGISTER })).toBe(mode);
  });
});
