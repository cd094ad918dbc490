import { type StreamHealth } from '@caas/data-access-mongo';

/** The change streams of a process for its health page: as healthy as the worst of them. */
export function streamFacts(streams: readonly StreamHealth[]): {
  readonly status: StreamHealth['status'];
  readonly streams: readonly StreamHealth[];
} {
  return { status: streams.every(({ status }) => status === 'healthy') ? 'healthy' : 'degraded', streams };
}
