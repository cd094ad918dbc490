import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { AppProcess } from './app-process.js';
import { waitUntil } from './wait-until.js';

const node = (script: string, env: Record<string, string> = {}): AppProcess => new AppProcess(process.execPath, ['-e', script], env);

describe('AppProcess', () => {
  it('gets its own environment and keeps what it writes', async () => {
    const child = node('console.log(process.env.MINE); console.error(process.env.HOME ?? "nothing else")', { MINE: 'yes' });

    expect(await child.ended()).toBe(0);
    expect(child.output.split('\n').sort().join(' ').trim()).toBe('nothing else yes');
  });

  it('is ended by a signal also when it is frozen', async () => {
    const child = node('console.log("up"); setInterval(() => {}, 1000)');
    await waitUntil('it is up', () => (child.output.includes('up') ? true : undefined));
    process.kill(child.pid, 'SIGSTOP');

    expect(await child.end('SIGTERM')).toBeNull();
    expect(child.exited).toBe(true);
  });

  it('is ready when its probe answers 200', async () => {
    const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const child = node('setInterval(() => {}, 1000)');

    await child.ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

    await child.end('SIGKILL');
    server.close();
  });

  it('says what it wrote when it ends in place of being ready', async () => {
    const child = node('console.error("no configuration"); process.exit(1)');

    await expect(child.ready('http://127.0.0.1:1')).rejects.toThrow('no configuration');
  });
});

describe('waitUntil', () => {
  it('tells what was missing', async () => {
    await expect(waitUntil('the moon', () => undefined, { timeoutMs: 5, everyMs: 1 })).rejects.toThrow('the moon: not within 5 ms');
  });
});
