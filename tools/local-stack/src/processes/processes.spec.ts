import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { identityOf, isRunning, type ProcessRef } from '@caas/testing/stack';
import { aContext, aFolder, removeFolders } from '../context.fixture.js';
import { processRecords } from '../state/process-records.js';
import { logTail } from './log-tail.js';
import { spawnServer } from './spawn-server.js';
import { stopProcess } from './stop-process.js';
import { waitUntilReady } from './wait-until-ready.js';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  removeFolders();
});

/** A process in a group of its own that has run this script up to its first output. */
async function aProcess(script: string): Promise<ProcessRef> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('up'); setInterval(() => {}, 1000)`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  return { pid, identity: identityOf(pid) ?? 'none' };
}

describe('stopProcess', () => {
  it('asks first', async () => {
    const ref = await aProcess('');

    expect(await stopProcess(ref)).toBe('ended');
    expect(isRunning(ref)).toBe(false);
  });

  it('kills what does not listen', async () => {
    const ref = await aProcess("process.on('SIGTERM', () => {})");

    expect(await stopProcess(ref, { graceMs: 50 })).toBe('killed');
    expect(isRunning(ref)).toBe(false);
  });

  it('ends a frozen process', async () => {
    const ref = await aProcess('');
    process.kill(ref.pid, 'SIGSTOP');

    expect(await stopProcess(ref)).toBe('ended');
  });

  it('leaves a stranger alone that was given the pid', async () => {
    const ref = await aProcess('');

    expect(await stopProcess({ pid: ref.pid, identity: 'an earlier process' })).toBe('gone');
    expect(isRunning(ref)).toBe(true);
  });
});

describe('a server process', () => {
  const request = { server: 'redis', name: 'redis', kind: 'spec', command: process.execPath } as const;

  it('is in the journal at once, with its output in its log', async () => {
    const { folder } = aContext();

    const { record, exited } = await spawnServer(folder, {
      ...request,
      args: ['-e', 'console.log(process.env.GREETING)'],
      env: { GREETING: 'hello' },
    });

    expect(processRecords(folder.processes)).toEqual([record]);
    expect(await exited).toBe('exit code 0');
    expect(readFileSync(join(folder.logs, 'redis.log'), 'utf8')).toBe('hello\n');
  });

  it('keeps the log of the run before', async () => {
    const { folder } = aContext();
    writeFileSync(join(folder.logs, 'redis.log'), 'before');

    const { exited } = await spawnServer(folder, { ...request, args: ['-e', ''] });
    await exited;

    expect(readFileSync(join(folder.logs, 'redis.previous.log'), 'utf8')).toBe('before');
  });

  it('is reported with its command when that cannot be run', async () => {
    const { folder } = aContext();
    const command = join(aFolder(), 'absent');

    await expect(spawnServer(folder, { ...request, command, args: [] })).rejects.toThrow(`redis: cannot run ${command}`);
    expect(processRecords(folder.processes)).toEqual([]);
  });

  it('fails with the tail of its log, secrets masked, when it ends before it answers', async () => {
    const { folder, signal } = aContext();
    const spawned = await spawnServer(folder, { ...request, args: ['-e', "console.log('password pw1 is wrong'); process.exitCode = 3"] });

    const ready = waitUntilReady(spawned, {
      ping: () => Promise.reject(new Error('refused')),
      timeoutMs: 60_000,
      signal,
      secrets: ['pw1'],
    });

    await expect(ready).rejects.toThrow(
      `redis: redis ended while starting (exit code 3)\n  log: ${join(folder.logs, 'redis.log')}\n  | password *** is wrong`,
    );
  });

  it('fails when it does not answer in time', async () => {
    const { folder, signal } = aContext();
    const spawned = await spawnServer(folder, { ...request, args: ['-e', 'setInterval(() => {}, 1000)'] });

    const ready = waitUntilReady(spawned, { ping: () => Promise.reject(new Error('refused')), timeoutMs: 10, signal, secrets: [] });

    await expect(ready).rejects.toThrow('redis: redis did not answer within 0.01 s');
    await stopProcess(spawned.record);
  });
});

describe('logTail', () => {
  it('is the last lines, without empty ones', () => {
    const log = join(aFolder(), 'x.log');
    writeFileSync(log, Array.from({ length: 5_000 }, (_, index) => `line ${index}\n\n`).join(''));

    expect(logTail(log, [], 2)).toEqual(['line 4998', 'line 4999']);
  });

  it('is empty when there is no log', () => {
    const log = join(aFolder(), 'absent.log');

    expect(existsSync(log)).toBe(false);
    expect(logTail(log)).toEqual([]);
  });
});
