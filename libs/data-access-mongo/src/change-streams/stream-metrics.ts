import { type Metrics } from '@caas/runtime';

/** What became of a change. */
export type StreamOutcome = 'handled' | 'retried' | 'dead_lettered';

/** Metrics of the change streams. The one label besides outcomes is the name of the stream. */
export interface StreamMetrics {
  countEvent(stream: string, outcome: StreamOutcome): void;
  countRestart(stream: string): void;
  countHistoryLost(stream: string, resumedAt: 'operation_time' | 'now'): void;
  setRunning(stream: string, running: boolean): void;
  setLag(stream: string, seconds: number): void;
}

/** Registers the metrics; once per process. */
export function createStreamMetrics(metrics: Metrics): StreamMetrics {
  const labels = ['stream'] as const;
  const events = metrics.counter({
    name: 'mongodb_change_stream_events_total',
    help: 'Changes by what became of them',
    labels: ['stream', 'outcome'],
  });
  const restarts = metrics.counter({ name: 'mongodb_change_stream_restarts_total', help: 'Reopenings after an error', labels });
  const lost = metrics.counter({
    name: 'mongodb_change_stream_history_lost_total',
    help: 'Positions that the server no longer knew, by where the stream went on',
    labels: ['stream', 'resumed_at'],
  });
  const running = metrics.gauge({ name: 'mongodb_change_stream_running', help: '1 in the process that follows the stream', labels });
  const lag = metrics.gauge({
    name: 'mongodb_change_stream_lag_seconds',
    help: 'Age of the last change when it had been handled; 0 once there is none left',
    labels,
  });
  return {
    countEvent: (stream, outcome) => events.inc({ stream, outcome }),
    countRestart: (stream) => restarts.inc({ stream }),
    countHistoryLost: (stream, resumed_at) => lost.inc({ stream, resumed_at }),
    setRunning: (stream, active) => running.set({ stream }, active ? 1 : 0),
    setLag: (stream, seconds) => lag.set({ stream }, seconds),
  };
}
