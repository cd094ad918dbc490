import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aFolder, removeFolders } from '../context.fixture.js';
import { findOnPath } from './find-on-path.js';
import { javaMajor } from './java-tools.js';
import { freePort, isFree } from './ports.js';

afterEach(removeFolders);

describe('ports', () => {
  it('are free until somebody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    expect(await isFree(port)).toBe(false);
    await once(server.close(), 'close');

    expect(await isFree(port)).toBe(true);
  });

  it('come from outside the range of outgoing connections', async () => {
    const port = await freePort(new Set());

    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_000);
  });
});

describe('findOnPath', () => {
  it('takes the first that may be executed', () => {
    const [first, second, third] = [aFolder(), aFolder(), aFolder()];
    for (const folder of [second, third]) writeFileSync(join(folder, 'redis-server'), '', { mode: 0o755 });
    chmodSync(join(second, 'redis-server'), 0o644);

    expect(findOnPath('redis-server', { PATH: [first, second, third].join(delimiter) })).toBe(join(third, 'redis-server'));
    expect(findOnPath('redis-server', { PATH: first })).toBeUndefined();
    expect(findOnPath('redis-server', {})).toBeUndefined();
  });
});

describe('javaMajor', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "21" 2023-09-19', 21],
    ['java version "1.8.0_402"', 8],
    ['no java at all', undefined],
  ])('reads %s', (output, major) => {
    expect(javaMajor(output)).toBe(major);
  });
});
