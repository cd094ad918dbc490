import { describe, expect, it } from '@jest/globals';
import { MONGO_REFUSALS, mongoCommandOf, mongoRefusalOf } from './mongo-refusal.js';

/** `{ findAndModify: 'c' }` as the driver sends it, request 77. */
const REQUEST = Buffer.from(
  '30000000' +
    '4d000000' +
    '00000000' +
    'dd070000' +
    '00000000' +
    '00' +
    '1b000000' +
    '02' +
    '66696e64416e644d6f6469667900' +
    '02000000' +
    '6300' +
    '00',
  'hex',
);

describe('commands on their way to MongoDB', () => {
  it('are known by their first field', () => {
    expect(mongoCommandOf(REQUEST)).toBe('findAndModify');
    expect(mongoCommandOf(Buffer.from('neither a header nor a command, whatever it is'))).toBeUndefined();
    expect(mongoCommandOf(Buffer.alloc(3))).toBeUndefined();
  });

  it('are refused as a server refuses them, with the number of the request', () => {
    const answer = mongoRefusalOf(REQUEST, MONGO_REFUSALS.writeConflict);

    expect([answer.readInt32LE(0), answer.readInt32LE(8), answer.readInt32LE(12)]).toEqual([answer.length, 77, 2013]);
    // { ok: 0, code: 112, codeName: 'WriteConflict', errmsg: 'WriteConflict' }
    const conflict = '0e000000' + '5772697465436f6e666c69637400';
    const body =
      '106f6b00' + '00000000' + '10636f646500' + '70000000' + '02636f64654e616d6500' + conflict + '026572726d736700' + conflict + '00';
    expect(answer.subarray(21).toString('hex')).toBe(`${(body.length / 2 + 4).toString(16)}000000${body}`);
  });
});
