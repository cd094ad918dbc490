import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { maskedAddress } from './masked-address.js';

describe('a masked address', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0'],
    ['::ffff:192.0.2.77', '192.0.2.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:DB8::1', '2001:db8::'],
    ['2001:db8:1::', '2001:db8:1::'],
    ['::1', '0::'],
  ])('of %s is %s', (address, masked) => {
    expect(maskedAddress(address)).toBe(masked);
    expect(isIP(masked)).not.toBe(0);
  });
});
