import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineConfig, integer, list } from './define-config.js';
import { explainConfig, HIDDEN } from './explain-config.js';

const DEFINITION = defineConfig({
  PORT: { schema: integer({ min: 1, max: 9 }).default(3), description: 'port' },
  URL: { schema: z.string(), description: 'where it is' },
  KEY: { schema: z.string().min(8), description: 'key', secret: true },
  ORIGINS: { schema: list().default(['a', 'b']), description: 'origins' },
  LABEL: { schema: z.string().optional(), description: 'label' },
});
const SECRET = 'do-not-show-this';

const folder = mkdtempSync(join(tmpdir(), 'explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const explained = (env: Record<string, string>, variable: string) =>
  explainConfig(DEFINITION, env).find((one) => one.variable === variable);

describe('an explained configuration', () => {
  it('says what an environment gives, with its default', () => {
    expect(explained({ PORT: '5' }, 'PORT')).toEqual({
      variable: 'PORT',
      value: '5',
      source: 'environment',
      default: '3',
      required: false,
      secret: false,
      description: 'port',
    });
  });

  it('says the default of what nobody set, lists included', () => {
    expect(explained({ PORT: ' ' }, 'PORT')).toMatchObject({ value: '3', source: 'default' });
    expect(explained({}, 'ORIGINS')).toMatchObject({ value: 'a,b', source: 'default' });
    expect(explained({}, 'LABEL')).toMatchObject({ source: 'none', required: false });
  });

  it('names the problem of what is missing or wrong', () => {
    expect(explained({}, 'URL')).toMatchObject({ source: 'none', required: true, problem: 'is required (where it is)' });
    expect(explained({ PORT: '99' }, 'PORT')).toMatchObject({ value: '99', problem: 'must be a whole number from 1 to 9 (port)' });
  });

  it('hides secrets wherever they come from, and also when they are wrong', () => {
    const file = join(folder, 'key');
    writeFileSync(file, `${SECRET}\n`);

    expect(explained({ KEY: SECRET }, 'KEY')).toMatchObject({ value: HIDDEN, source: 'environment', secret: true });
    expect(explained({ KEY_FILE: file }, 'KEY')).toMatchObject({ value: HIDDEN, source: 'file' });
    expect(explained({ KEY: 'short', URL: 'x' }, 'KEY')).toMatchObject({ value: HIDDEN, problem: expect.any(String) });
    for (const env of [{ KEY: SECRET }, { KEY_FILE: file }]) expect(JSON.stringify(explainConfig(DEFINITION, env))).not.toContain(SECRET);
  });

  it('hides what an address carries of a login, whatever the password is made of', () => {
    expect(explained({ URL: 'http://user:p@ss/word@host:1/x' }, 'URL')).toMatchObject({ value: `http://${HIDDEN}@host:1/x` });
  });

  it('names a file that cannot be read', () => {
    expect(explained({ KEY_FILE: join(folder, 'none') }, 'KEY')).toMatchObject({
      source: 'file',
      problem: 'KEY_FILE cannot be read (ENOENT)',
    });
  });
});
