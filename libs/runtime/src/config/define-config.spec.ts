import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, defineConfig, flag, integer, list, loadConfig, port } from './define-config.js';

const definition = defineConfig({
  PORT: { schema: port().default(3000), description: 'public port' },
  BROKERS: { schema: list(), description: 'brokers' },
  TLS: { schema: flag().default(false), description: 'encryption' },
  RETRIES: { schema: integer({ min: 1, max: 5 }).default(3), description: 'attempts' },
  PEPPER: { schema: z.string().min(4, 'is too short'), description: 'secret', secret: true },
});

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(definition, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ variable, problem }) => `${variable} ${problem}`);
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('parses texts into the types of the schemas and applies defaults', () => {
    const config = loadConfig(definition, { BROKERS: 'a:1, b:2 ,', PEPPER: 'salt', TLS: 'True', RETRIES: ' 5 ' });

    expect(config).toEqual({ PORT: 3000, BROKERS: ['a:1', 'b:2'], TLS: true, RETRIES: 5, PEPPER: 'salt' });
  });

  it('treats an empty variable as absent', () => {
    expect(loadConfig(definition, { BROKERS: 'a:1', PEPPER: 'salt', PORT: '' }).PORT).toBe(3000);
  });

  it('names every bad variable at once and never echoes a value', () => {
    const problems = problemsOf({ PORT: '70000', TLS: 'yes', RETRIES: '0', PEPPER: 'abc' });

    expect(problems).toEqual([
      'PORT must be a whole number from 0 to 65535 (public port)',
      'BROKERS is required (brokers)',
      'TLS must be true or false (encryption)',
      'RETRIES must be a whole number from 1 to 5 (attempts)',
      'PEPPER is too short (secret)',
    ]);
    expect(problems.join()).not.toContain('abc');
  });

  it('reports what a rule across variables refuses', () => {
    const load = () =>
      loadConfig(definition, { BROKERS: 'a:1', PEPPER: 'salt' }, ({ TLS }) => (TLS ? [] : [{ variable: 'TLS', problem: 'is required' }]));

    expect(load).toThrow('TLS: is required');
  });

  describe('with a mounted secret', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'config-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('reads NAME_FILE', () => {
      const file = join(folder, 'pepper');
      writeFileSync(file, 'from-file\n');

      expect(loadConfig(definition, { BROKERS: 'a:1', PEPPER_FILE: file }).PEPPER).toBe('from-file');
    });

    it('refuses a variable together with its file', () => {
      expect(problemsOf({ BROKERS: 'a:1', PEPPER: 'salt', PEPPER_FILE: 'x' })).toEqual([
        'PEPPER is set together with PEPPER_FILE; keep one',
      ]);
    });

    it('says that a file cannot be read', () => {
      expect(problemsOf({ BROKERS: 'a:1', PEPPER_FILE: join(folder, 'none') })).toEqual(['PEPPER PEPPER_FILE cannot be read (ENOENT)']);
    });

    it('reads no file for what is not a secret', () => {
      expect(problemsOf({ BROKERS_FILE: 'x', PEPPER: 'salt' })).toEqual(['BROKERS is required (brokers)']);
    });
  });
});
