import { BlockList } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ipBytes, parseCidr } from './cidr-range.js';
import { cidr } from './network.js';

const ipv4 = fc.ipV4();
const ipv6 = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((value) => value.toString(16)).join(':'));

const contains = (network: string, address: string): boolean => {
  const [range, bytes] = [parseCidr(network), ipBytes(address)];
  if (!range || !bytes) throw new Error(`not parsed: ${network} or ${address}`);
  return Buffer.compare(range.start, bytes) <= 0 && Buffer.compare(bytes, range.end) <= 0;
};

describe('parseCidr', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::ffff:192.0.2.1', '192.0.2.1/32'],
    ['::FFFF:c000:0201/120', '192.0.2.0/24'],
    ['2001:0DB8:0:0:0:0:0:1/32', '2001:db8::/32'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1/128'],
    ['::/0', '::/0'],
    ['::ffff:0:0/90', '::ffc0:0:0/90'],
  ])('reads %s as %s', (text, expected) => {
    const range = parseCidr(text);

    expect(range?.cidr).toBe(expected);
    expect([range?.family, range?.prefixLength]).toEqual([expected.includes(':') ? 6 : 4, Number(expected.split('/')[1])]);
  });

  it.each(['', 'localhost', '192.0.2.256', '192.0.2.0/33', '::/129', '192.0.2.0/-1', '192.0.2.0/08', 'fe80::1%eth0', '1', '::1/', '[::1]'])(
    'reads nothing in %j',
    (text) => {
      expect(parseCidr(text)).toBeUndefined();
    },
  );

  it('writes a text that the field takes, and that means the same again', () => {
    const network = fc.oneof(fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })), fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })));
    fc.assert(
      fc.property(network, ([address, length]) => {
        const range = parseCidr(`${address}/${length}`);

        expect(cidr().safeParse(range?.cidr).error).toBeUndefined();
        expect(parseCidr(range?.cidr ?? '')).toEqual(range);
        expect(contains(range?.cidr ?? '', address)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('has bounds that hold what Node’s own block list holds', () => {
    const near = fc.integer({ min: 0, max: 0xffff }).map((low) => `10.20.${low >> 8}.${low & 255}`);
    fc.assert(
      fc.property(near, near, fc.integer({ min: 8, max: 32 }), (network, address, length) => {
        const list = new BlockList();
        list.addSubnet(network, length, 'ipv4');

        expect(contains(`${network}/${length}`, address)).toBe(list.check(address, 'ipv4'));
        expect(contains(`${network}/${length}`, `::ffff:${address}`)).toBe(list.check(address, 'ipv4'));
      }),
      { numRuns: 500 },
    );
  });
});

describe('ipBytes', () => {
  it('gives an address the same 16 bytes in both families, and others none', () => {
    expect(ipBytes('192.0.2.1')?.toString('hex')).toBe('00000000000000000000ffffc0000201');
    expect(ipBytes('::ffff:192.0.2.1')).toEqual(ipBytes('192.0.2.1'));
    expect(ipBytes('192.0.2.1/32')).toBeUndefined();
  });
});
