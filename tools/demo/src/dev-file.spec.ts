import { describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDevFile } from './dev-file.js';

function withFile(content: string | undefined, check: (folder: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'caas-demo-'));
  const below = join(root, 'a', 'b');
  mkdirSync(below, { recursive: true });
  mkdirSync(join(root, '.caas'));
  if (content !== undefined) writeFileSync(join(root, '.caas', 'dev.json'), content);
  try {
    check(below);
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe('readDevFile', () => {
  it('finds the file in a folder above', () => {
    const file = { gateway_url: 'http://127.0.0.1:3000', api_key: 'k' };

    withFile(JSON.stringify({ ...file, tenant_id: 'x' }), (folder) => expect(readDevFile(folder)).toEqual(file));
  });

  it('says to start first when there is none', () => {
    withFile(undefined, (folder) => expect(() => readDevFile(folder)).toThrow(/run "npm start" first/));
  });

  it('says so when the file is something else', () => {
    withFile('{}', (folder) => expect(() => readDevFile(folder)).toThrow(/run it again/));
  });
});
