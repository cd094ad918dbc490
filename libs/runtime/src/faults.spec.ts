import { describe, expect, it } from '@jest/globals';
import { faultHook, parseFault } from './faults.js';

describe('parseFault', () => {
  it('reads a named point', () => {
    expect(parseFault('exit:after-write')).toBe('after-write');
  });

  it.each(['', 'exit', 'exit:', 'exit:elsewhere', 'sleep:after-write'])('refuses "%s" and says what is allowed', (text) => {
    expect(() => parseFault(text)).toThrow('must be exit:<point> with one of after-write');
  });
});

describe('faultHook', () => {
  it('does nothing when no drill armed it', () => {
    expect(() => faultHook(undefined)('after-write')).not.toThrow();
  });
});
