import { isRunning, type ProcessRef } from './process-identity.js';
import { stack } from './stack.js';
import type { StackFile, StackProcess } from './stack-file.js';

/** A process to act on: a server of the running stack by name (`kafka` means all of its brokers, `kafka-1` one), or a process itself. */
export type DrillTarget = string | ProcessRef;

/** Options of {@link freeze} and {@link thaw}. */
export interface DrillOptions {
  /** Which stack the name is looked up in; default {@link stack}(). */
  readonly stack?: StackFile;
}

/**
 * SIGSTOPs a server: its connections stay open and nothing answers, as in a long garbage collection or a paused virtual machine.
 * Answers the way back; call it in `finally` so that a failing spec leaves no frozen server. Thawing twice is fine.
 */
export function freeze(target: DrillTarget, options: DrillOptions = {}): () => void {
  const processes = find(target, options);
  for (const process of processes) signal(process, 'SIGSTOP');
  return () => {
    for (const process of processes) if (isRunning(process)) signal(process, 'SIGCONT');
  };
}

/** SIGCONTs a server that {@link freeze} stopped. */
export function thaw(target: DrillTarget, options: DrillOptions = {}): void {
  for (const process of find(target, options)) signal(process, 'SIGCONT');
}

/**
 * SIGKILLs a process as soon as `event` is fulfilled and resolves when the process is gone, so that what follows sees a crash
 * at a known point. Rejects with the event's own error when that fails; the process then lives on.
 */
export async function killAfter(event: Promise<unknown>, ref: ProcessRef): Promise<void> {
  await event;
  signal(ref, 'SIGKILL');
  while (isRunning(ref)) await new Promise((resolve) => setTimeout(resolve, 5));
}

function find(target: DrillTarget, { stack: given }: DrillOptions): readonly ProcessRef[] {
  if (typeof target !== 'string') return [target];
  const { processes, name } = given ?? stack();
  const found: StackProcess[] = processes.filter((process) => process.name === target || process.server === target);
  if (found.length > 0) return found;
  throw new Error(`The stack "${name}" runs no ${target}; it runs ${processes.map((process) => process.name).join(', ') || 'nothing'}`);
}

/** Never signals a stranger that was given the pid of a process that ended. */
function signal(ref: ProcessRef, name: NodeJS.Signals): void {
  if (!isRunning(ref)) throw new Error(`Process ${ref.pid} is gone, so it cannot get ${name}`);
  process.kill(ref.pid, name);
}
