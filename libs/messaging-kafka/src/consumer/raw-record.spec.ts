import { describe, expect, it } from '@jest/globals';
import { headerText, headerTexts } from './raw-record.js';

describe('headers', () => {
  it('are read as text, the last one of a repeated name', () => {
    expect(headerTexts({ a: Buffer.from('1'), b: 'text', c: [Buffer.from('x'), 'y'], d: undefined, e: [] })).toEqual({
      a: '1',
      b: 'text',
      c: 'y',
    });
  });

  it('are absent when absent', () => {
    expect(headerText({}, 'a')).toBeUndefined();
  });
});
