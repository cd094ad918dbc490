import { type HistoryGap } from './define-stream.js';

/**
 * `running`: this process follows it. `standby`: another one does. `reopening`: it failed and is tried again. `unsupported`: the server has no change
 * streams over all databases.
 */
export type StreamState = 'stopped' | 'starting' | 'running' | 'standby' | 'reopening' | 'unsupported';

/** One stream as this process sees it. */
export interface StreamHealth {
  readonly name: string;
  readonly state: StreamState;
  readonly status: 'healthy' | 'degraded';
  /** Why it is not healthy. */
  readonly reason?: string;
  /** Age of the last change when it had been handled; 0 once there is none left. */
  readonly lagSeconds: number;
  /** When the last change was handled here. ISO 8601. */
  readonly lastEventAt?: string;
  /** Reopenings after an error. */
  readonly restarts: number;
  /** Changes that went to the dead letters. */
  readonly deadLetters: number;
  /** The last time that the server no longer had the changes after the position. */
  readonly gap?: HistoryGap;
}

const LAG_SECONDS_MAX = 10;

type Facts = Omit<StreamHealth, 'status' | 'reason'>;

/** Changes that were missed stay a reason until the process ends: somebody has to look. */
export function judgeStream(facts: Facts): StreamHealth {
  const reason = reasonOf(facts);
  return reason === undefined ? { ...facts, status: 'healthy' } : { ...facts, status: 'degraded', reason };
}

function reasonOf({ state, lagSeconds, gap }: Facts): string | undefined {
  if (state === 'unsupported') return 'the server has no change streams over all databases';
  if (state !== 'running' && state !== 'standby') return `the stream is ${state}`;
  if (gap?.resumedAt === 'now') return 'changes were missed: the server no longer had them';
  return state === 'running' && lagSeconds > LAG_SECONDS_MAX ? `the stream is ${lagSeconds} s behind` : undefined;
}
