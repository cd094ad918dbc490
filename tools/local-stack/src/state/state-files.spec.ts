import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aFolder, removeFolders } from '../context.fixture.js';
import { forgetProcess, processRecords, recordProcess, type ProcessRecord } from './process-records.js';
import { loadSettings, saveSettings } from './settings.js';
import { createStackFolder, stackFolder } from './stack-folder.js';

afterEach(removeFolders);

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('stack folder', () => {
  it('lies under CAAS_HOME by name, open to its owner only', () => {
    const home = aFolder();

    const folder = stackFolder('dev-2', { CAAS_HOME: home });
    createStackFolder(folder);

    expect(folder.stackFile).toBe(join(home, 'stacks', 'dev-2', 'stack.json'));
    expect(folder.artifacts).toBe(join(home, 'artifacts'));
    expect(modeOf(folder.path)).toBe('700');
  });

  it.each(['', '../other', 'Dev', '-dev', 'a/b', 'x'.repeat(41)])('refuses the name "%s"', (name) => {
    expect(() => stackFolder(name)).toThrow(
      `"${name}" is no name for a stack: use 1 to 40 of a-z, 0-9 and -, starting with a letter or digit`,
    );
  });
});

describe('settings', () => {
  it('are made once, with different passwords for everyone, readable by their owner only', () => {
    const path = join(aFolder(), 'settings.json');

    const first = loadSettings(path);

    expect(loadSettings(path)).toEqual(first);
    expect(new Set(Object.values(first.kafka.passwords)).size).toBe(4);
    expect(first.kafka.cluster_id).toMatch(/^[\w-]{22}$/);
    expect(modeOf(path)).toBe('600');
  });

  it('keep what is saved', () => {
    const path = join(aFolder(), 'settings.json');
    const changed = { ...loadSettings(path), ports: { redis: 20_001 } };

    saveSettings(path, changed);

    expect(loadSettings(path)).toEqual(changed);
  });

  it('are not replaced when they cannot be understood', () => {
    const path = join(aFolder(), 'settings.json');
    writeFileSync(path, '{');

    expect(() => loadSettings(path)).toThrow(`${path} cannot be understood. Start over with: caas-stack down --delete-data`);
  });
});

describe('process records', () => {
  const record = (name: string): ProcessRecord => ({ name, server: 'kafka', kind: 'kafka', pid: 1, identity: 'x', log: '/x.log' });

  it('remember each process until it is forgotten', () => {
    const folder = aFolder();

    recordProcess(folder, record('kafka-2'));
    recordProcess(folder, record('kafka-1'));
    expect(processRecords(folder)).toEqual([record('kafka-1'), record('kafka-2')]);
    forgetProcess(folder, 'kafka-1');
    forgetProcess(folder, 'kafka-1');

    expect(processRecords(folder)).toEqual([record('kafka-2')]);
  });

  it('are empty for a stack that was never started', () => {
    expect(processRecords(join(aFolder(), 'absent'))).toEqual([]);
  });
});
