import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { applyBreakage } from './break-build.js';

const breakage = { what: 'x', file: 'libs/x/dist/x.js', find: /await (\w+)\(\);/, replace: 'void $1();', drill: 'x' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caas-broken-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function withCode(code: string): string {
  const path = join(folder, breakage.file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
  return path;
}

describe('a breakage', () => {
  it('changes its one place', () => {
    const path = withCode('before; await send(); after;');

    applyBreakage(folder, breakage);

    expect(readFileSync(path, 'utf8')).toBe('before; void send(); after;');
  });

  it.each([
    ['is gone', 'nothing of the kind', 'has 0 places'],
    ['is there twice', 'await a(); await b();', 'has 2 places'],
  ])('is refused when the place %s', (_, code, message) => {
    withCode(code);

    expect(() => applyBreakage(folder, breakage)).toThrow(message);
  });

  it('says what to do when nothing is built', () => {
    expect(() => applyBreakage(folder, breakage)).toThrow('Build the apps first');
  });
});
