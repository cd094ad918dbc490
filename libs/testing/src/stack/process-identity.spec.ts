import { afterEach, describe, expect, it } from '@jest/globals';
import { aProcess, end, endProcesses } from './child.fixture.js';
import { identityOf, isRunning } from './process-identity.js';

afterEach(endProcesses);

describe('process identity', () => {
  it('stays the same as long as the process runs, and differs from that of another process', async () => {
    const { pid, identity } = await aProcess();

    expect(identityOf(pid)).toBe(identity);
    expect(identityOf(process.pid)).not.toBe(identity);
    expect(isRunning({ pid, identity })).toBe(true);
  });

  it('is gone when the process has ended', async () => {
    const { child, pid, identity } = await aProcess();

    await end(child);

    expect(identityOf(pid)).toBeUndefined();
    expect(isRunning({ pid, identity })).toBe(false);
  });

  it('tells a process from a later one with the same pid', () => {
    expect(isRunning({ pid: process.pid, identity: 'an earlier process' })).toBe(false);
  });
});
