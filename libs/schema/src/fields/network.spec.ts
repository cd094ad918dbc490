import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cidr, ipAddress } from './network.js';

const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
/** Every legal spelling with and without `::`. */
const anyIpv6 = fc.oneof(
  fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':')),
  fc
    .tuple(fc.array(group, { maxLength: 7 }), fc.array(group, { maxLength: 7 }))
    .filter(([head, tail]) => head.length + tail.length <= 7)
    .map(([head, tail]) => `${head.join(':')}::${tail.join(':')}`),
);

describe('ipAddress', () => {
  it('takes every IPv6 address in lower-case groups', () => {
    fc.assert(
      fc.property(anyIpv6, (value) => {
        expect([value, ipAddress().safeParse(value).success]).toEqual([value, true]);
      }),
      { numRuns: 500 },
    );
  });

  it('takes nothing that is no address', () => {
    const piece = fc.constantFrom(':', '::', '.', '0', '1', '25', '256', 'a', 'ffff', '12345', '/');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        const value = pieces.join('');

        expect([value, ipAddress().safeParse(value).success && isIP(value) === 0]).toEqual([value, false]);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(['FE80::1', 'fe80::1%eth0', '::ffff:192.0.2.1', '2001:0db8::1', '192.0.2.01', '192.0.2', '', '::1\n'])('refuses %j', (value) => {
    expect(ipAddress().safeParse(value).success).toBe(false);
  });
});

describe('cidr', () => {
  it.each(['192.0.2.0/24', '0.0.0.0/0', '192.0.2.1/32', '2001:db8::/32', '::/0', '::1/128'])('takes %s', (value) => {
    expect(cidr().safeParse(value).success).toBe(true);
  });

  it.each(['192.0.2.0', '192.0.2.0/33', '192.0.2.0/024', '::/129', '::/', '2001:db8::/32/1', '192.0.2.0/24 '])('refuses %s', (value) => {
    expect(cidr().safeParse(value).success).toBe(false);
  });
});
