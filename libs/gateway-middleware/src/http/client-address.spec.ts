import { describe, expect, it } from '@jest/globals';
import { addressTest, countedAddress } from './client-address.js';

describe('countedAddress', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s counts as %s', (ip, counted) => {
    expect(countedAddress(ip)).toBe(counted);
  });
});

describe('addressTest', () => {
  const test = addressTest(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32']);

  it.each([
    ['10.200.3.4', true],
    ['::ffff:10.1.1.1', true],
    ['192.0.2.1', true],
    ['192.0.2.2', false],
    ['2001:db8:5::1', true],
    ['2001:db9::1', false],
    ['unknown', false],
  ])('%s is in them: %s', (ip, inside) => {
    expect(test?.(ip)).toBe(inside);
  });

  it('is nothing without ranges', () => {
    expect(addressTest([])).toBeUndefined();
  });

  it.each([['localhost'], ['10.0.0.0/33'], ['10.0.0.0/x'], ['']])('refuses %s', (range) => {
    expect(() => addressTest([range])).toThrow(TypeError);
  });
});
