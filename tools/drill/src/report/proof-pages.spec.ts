import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE_ROOT } from '@caas/local-stack';
import { describe, expect, it } from '@jest/globals';

const ROW = /^\| +(\d+) +\|.*\| +`([^`]+)` › (.+?) +\|$/;

function rowsOf(page: string): { number: number; file: string; title: string }[] {
  return readFileSync(join(WORKSPACE_ROOT, 'docs', page), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, number, file, title] = ROW.exec(line) ?? [];
      return file === undefined || title === undefined ? [] : [{ number: Number(number), file, title }];
    });
}

describe.each([
  ['traps.md', 31],
  ['security-tests.md', 34],
])('the page %s', (page, count) => {
  const rows = rowsOf(page);

  it('names a proof of each', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  it.each(rows)('$number: $file has that test', ({ file, title }) => {
    const path = join(WORKSPACE_ROOT, file);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(title);
  });
});
