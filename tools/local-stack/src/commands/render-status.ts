import type { StackStatus } from '../stack-status.js';

/** A stack as lines for a person: each server, its address, whether it answers, its processes. */
export function renderStatus({ name, servers }: StackStatus): string {
  if (servers.length === 0) return `  the stack "${name}" is not up`;
  return servers
    .map(({ server, address, answers, detail, processes }) => {
      const pids = processes.map((process) => `pid ${process.pid}${process.running ? '' : ' (gone)'}`).join(', ');
      return `  ${server.padEnd(9)} ${address}  ${answers ? detail : `DOES NOT ANSWER: ${detail}`}  ${pids || 'external'}`;
    })
    .join('\n');
}
