import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { identityOf, type ProcessRef } from './process-identity.js';

const children: ChildProcess[] = [];

/** A running process to act on; {@link endProcesses} ends it. */
export async function aProcess(): Promise<ProcessRef & { readonly child: ChildProcess }> {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  return { child, pid, identity: identityOf(pid) ?? 'none' };
}

/** For `afterEach`. Resolves when all processes of this spec file have ended. */
export async function endProcesses(): Promise<void> {
  for (const child of children.splice(0)) await end(child);
}

/** SIGKILL, and waits for the end. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
