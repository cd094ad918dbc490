import { describe, expect, it } from '@jest/globals';
import { compileEndpoints, coversEndpoint, ENDPOINT_GLOB } from './endpoint-glob.js';

describe('endpoints of keys', () => {
  it.each([
    [['/messages/*'], '/v1/messages/msg_1', true],
    [['/messages/*'], '/messages/msg_1', true],
    [['/messages/*'], '/v1/messages', false],
    [['/messages*'], '/v1/messages', true],
    [['/conversations/*/messages'], '/v1/conversations/conv_1/messages', true],
    [['/conversations/*/messages'], '/v1/conversations/conv_1', false],
    [['/users'], '/v1/users', true],
    [['/users'], '/v1/users/usr_1', false],
    [['/users', '/messages/*'], '/v1/messages/x', true],
    [['/v1x/*'], '/v1/v1x/a', true],
    [['/a.c'], '/v1/abc', false],
  ])('%j for %s: %s', (globs, path, isAllowed) => {
    expect(compileEndpoints(globs)?.(path)).toBe(isAllowed);
  });

  it('need no check when one of them is everything', () => {
    expect(compileEndpoints(['/users', '*'])).toBeUndefined();
  });

  it.each([
    [['*'], '*', true],
    [['/messages/*'], '*', false],
    [['/messages/*'], '/messages/*', true],
    [['/messages/*'], '/messages/x/*', true],
    [['/messages/*'], '/users', false],
    [['/messages/x'], '/messages/*', false],
  ])('%j cover %s: %s', (outer, inner, isCovered) => {
    expect(coversEndpoint(outer, inner)).toBe(isCovered);
  });

  it.each(['', 'messages', '//\n', '/a b', '/a?b', '**'])('%j is none', (text) => {
    expect(ENDPOINT_GLOB.test(text)).toBe(false);
  });
});
