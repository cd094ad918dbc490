import { describe, expect, it } from '@jest/globals';
import { ipBytes } from '@caas/schema';
import { networkFieldsOf } from './network-fields.js';

describe('networkFieldsOf', () => {
  it('brings every spelling of a network into one', () => {
    const spellings = ['192.0.2.0/24', '192.0.2.255/24', '::ffff:192.0.2.1/120', '::FFFF:C000:0200/120'];

    expect(new Set(spellings.map((text) => JSON.stringify(networkFieldsOf(text)))).size).toBe(1);
    expect(networkFieldsOf('192.0.2.0/24')).toMatchObject({ cidr: '192.0.2.0/24', family: 4, prefix_len: 24 });
  });

  it('has bounds of 16 bytes, which an address is compared with', () => {
    const { range_start: start, range_end: end } = networkFieldsOf('192.0.2.0/24');
    const isInside = (address: string): boolean => {
      const bytes = ipBytes(address) ?? Buffer.alloc(0);
      return Buffer.compare(start, bytes) <= 0 && Buffer.compare(bytes, end) <= 0;
    };

    expect([start.length, end.length]).toEqual([16, 16]);
    expect(['192.0.1.255', '192.0.2.0', '192.0.2.255', '192.0.3.0', '2001:db8::1'].map(isInside)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  it.each(['', 'office', '192.0.2.0/33'])('refuses %j, naming the field', (text) => {
    expect(() => networkFieldsOf(text, '/networks/0')).toThrow(
      expect.objectContaining({ code: 'VAL_FAILED', issues: [expect.objectContaining({ field: '/networks/0', code: 'cidr' })] }),
    );
  });
});
