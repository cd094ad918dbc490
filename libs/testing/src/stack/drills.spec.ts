import { execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aProcess, endProcesses } from './child.fixture.js';
import { freeze, killAfter, thaw } from './drills.js';
import { isRunning, type ProcessRef } from './process-identity.js';
import type { StackFile } from './stack-file.js';

afterEach(endProcesses);

/** First letter of the state in ps(1): T is stopped. */
const stateOf = ({ pid }: ProcessRef): string => execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).charAt(0);

const aStack = ({ pid, identity }: ProcessRef): StackFile => ({
  name: 'spec',
  mongodb_uri: 'mongodb://127.0.0.1:1',
  mongodb_kind: 'mongod',
  redis_url: 'redis://127.0.0.1:2',
  registry_url: 'http://127.0.0.1:3',
  kafka: { brokers: ['127.0.0.1:4'] },
  processes: [{ name: 'kafka-1', server: 'kafka', log: '/tmp/kafka-1.log', pid, identity }],
});

describe('freeze', () => {
  it.each(['kafka', 'kafka-1'])('stops a server that is named %s, and its answer lets it go on', async (name) => {
    const server = await aProcess();

    const release = freeze(name, { stack: aStack(server) });
    expect(stateOf(server)).toBe('T');
    release();

    expect(stateOf(server)).not.toBe('T');
  });

  it('is undone by thaw', async () => {
    const server = await aProcess();

    freeze(server);
    thaw(server);

    expect(stateOf(server)).not.toBe('T');
  });

  it('names what runs when there is no such server', () => {
    expect(() => freeze('redis', { stack: aStack({ pid: 1, identity: 'x' }) })).toThrow('The stack "spec" runs no redis; it runs kafka-1');
  });

  it('does not touch a process that was given the pid of an ended one', () => {
    expect(() => freeze({ pid: process.pid, identity: 'an earlier process' })).toThrow(`Process ${process.pid} is gone`);
  });
});

describe('killAfter', () => {
  it('kills once the event has happened, not before', async () => {
    const server = await aProcess();
    const worker = new EventEmitter();

    const killed = killAfter(once(worker, 'stored'), server);
    expect(isRunning(server)).toBe(true);
    worker.emit('stored');
    await killed;

    expect(isRunning(server)).toBe(false);
  });

  it('rejects with the error of the event and leaves the process alone', async () => {
    const server = await aProcess();

    await expect(killAfter(Promise.reject(new Error('never stored')), server)).rejects.toThrow('never stored');

    expect(isRunning(server)).toBe(true);
  });
});
