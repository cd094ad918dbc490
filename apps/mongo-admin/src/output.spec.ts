import { describe, expect, it } from '@jest/globals';
import { table } from './output.js';

describe('table', () => {
  it('makes columns as wide as they need, without spaces at the end', () => {
    const rows = [
      ['clnt_1', 'a', 'active'],
      ['x', 'longer', ''],
    ];

    expect(table(['TENANT', 'SLUG', 'STATUS'], rows)).toBe('TENANT  SLUG    STATUS\nclnt_1  a       active\nx       longer');
  });

  it('is the heading alone without rows', () => {
    expect(table(['A', 'B'], [])).toBe('A  B');
  });
});
