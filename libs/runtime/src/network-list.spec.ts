import { describe, expect, it } from '@jest/globals';
import { NetworkList } from './network-list.js';

describe('NetworkList', () => {
  const list = new NetworkList(['192.0.2.0/24', '198.51.100.7/32', '2001:db8::/32']);

  it.each([
    ['192.0.2.1', true],
    ['192.0.3.1', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['::ffff:192.0.2.9', true],
    ['::ffff:c000:209', true],
    ['::ffff:203.0.113.1', false],
    ['2001:db8:1::1', true],
    ['2001:DB8::1', true],
    ['2001:db9::1', false],
    ['nonsense', false],
    ['', false],
  ])('%s: %s', (address, isInside) => {
    expect(list.has(address)).toBe(isInside);
  });

  it('of nothing has nothing', () => {
    expect(new NetworkList([]).isEmpty).toBe(true);
    expect(new NetworkList([]).has('192.0.2.1')).toBe(false);
  });
});
