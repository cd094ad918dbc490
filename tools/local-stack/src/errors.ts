import type { StackProcess } from '@caas/testing/stack';

/** A server of the stack, by the name that commands and messages use. */
export type ServerName = StackProcess['server'];

/** Something is wrong with the machine or the settings; the message says what to do about it and is meant to be shown as it is. */
export class StackError extends Error {
  override readonly name: string = 'StackError';
}

/** One server failed to start or to answer; the message names it and ends with the tail of its log. */
export class ServerError extends StackError {
  override readonly name = 'ServerError';

  constructor(
    readonly server: ServerName,
    problem: string,
    options: { readonly logFile?: string; readonly logTail?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    const { logFile, logTail = [], cause } = options;
    const log = logFile === undefined ? '' : `\n  log: ${logFile}${logTail.map((line) => `\n  | ${line}`).join('')}`;
    super(`${server}: ${problem}${log}`, { cause });
  }
}

/** The user asked to stop while the stack was starting; everything that was started is stopped again. */
export class InterruptedError extends StackError {
  override readonly name = 'InterruptedError';

  constructor() {
    super('Interrupted; everything that was started has been stopped again');
  }
}
