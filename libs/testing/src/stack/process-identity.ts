import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that can be told apart from a later one that was given the same pid. */
export interface ProcessRef {
  readonly pid: number;
  /** What {@link identityOf} answered when the process was started. */
  readonly identity: string;
}

/**
 * When a process was started, as an opaque text: equal texts for equal pids mean the same process. `undefined` when no
 * such process runs; a zombie (ended, not yet reaped by its parent) does not run.
 */
export function identityOf(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxIdentity(pid) : portableIdentity(pid);
}

/** Whether that very process still runs: false once it ended, also when its pid has been given to another process. */
export function isRunning(ref: ProcessRef): boolean {
  return identityOf(ref.pid) === ref.identity;
}

/** proc_pid_stat(5): field 3 is the state, field 22 the start time in ticks since boot; the boot id makes it unique across reboots. */
function linuxIdentity(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the command name before may hold spaces and parentheses
  const [state, startTicks] = [fields[0], fields[19]];
  if (startTicks === undefined || state === 'Z' || state === 'X') return undefined;
  return `${readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim() ?? 'boot'}:${startTicks}`;
}

function portableIdentity(pid: number): string | undefined {
  try {
    const [state, ...started] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return state === undefined || state === '' || state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined; // ps answers 1 when there is no such process
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // gone between two reads, or never there
  }
}
