import { describe, expect, it } from '@jest/globals';
import avsc from 'avsc';
import fc from 'fast-check';
import { AvroOutput } from './avro-output.js';

const written = (write: (output: AvroOutput) => void, headroom = 0): Buffer => {
  const output = new AvroOutput();
  output.begin(headroom);
  write(output);
  return output.end();
};

describe('the output of Avro', () => {
  it.each([0, -1, 1, 63, 64, -64, -65, 2 ** 30 - 1, 2 ** 30, -(2 ** 30), -(2 ** 30) - 1, 2 ** 31, 2 ** 52])(
    'writes the integer %d as avsc does',
    (value) => {
      expect(written((output) => output.integer(value))).toEqual(avsc.Type.forSchema('long').toBuffer(value));
    },
  );

  it.each([
    [Number.MAX_SAFE_INTEGER, 'feffffffffffff1f'],
    [Number.MIN_SAFE_INTEGER, 'fdffffffffffff1f'],
  ])('writes the safe integer %d exactly', (value, hex) => {
    expect(written((output) => output.integer(value)).toString('hex')).toBe(hex);
  });

  it.each([0, 1, 47, 48, 49, 63, 64, 21_845, 8_191, 8_192, 70_000])(
    'writes texts of %d characters, ASCII or not, as avsc does',
    (length) => {
      for (const character of ['a', 'é', '€']) {
        const value = character.repeat(length);

        expect(written((output) => output.text(value))).toEqual(avsc.Type.forSchema('string').toBuffer(value));
      }
    },
  );

  it('writes any text and double as avsc does', () => {
    const type = avsc.Type.forSchema({
      type: 'record',
      name: 'Pair',
      fields: [
        { name: 't', type: 'string' },
        { name: 'd', type: 'double' },
      ],
    });

    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), fc.double(), (t, d) => {
        const bytes = written((output) => {
          output.text(t);
          output.double(d);
        });

        expect(bytes).toEqual(type.toBuffer({ t, d }));
      }),
    );
  });

  it('leaves room in front of a value', () => {
    expect(written((output) => output.text('a'), 5)).toHaveLength(7);
  });

  it('never writes into what it handed out, and forgets what was not ended', () => {
    const output = new AvroOutput();
    const values = Array.from({ length: 2_000 }, (_, index) => `${index}`.repeat(20));

    const ended = values.map((value) => {
      output.begin(0);
      output.text('given up');
      output.begin(0);
      output.text(value);
      return output.end();
    });

    expect(ended.map((bytes) => avsc.Type.forSchema('string').fromBuffer(bytes) as unknown)).toEqual(values);
  });
});
