import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createRequire } from 'node:module';
import { type RequestQueue } from './request-queue.js';

await import('./kafkajs.js');

interface OpenQueue extends RequestQueue {
  push(request: { entry: { correlationId: number }; expectResponse: boolean; sendRequest: () => void }): void;
  fulfillRequest(answer: { correlationId: number; payload: Buffer; size: number }): void;
  maybeThrottle(ms: number): void;
  destroy(): void;
}

const RequestQueueOfKafkaJs = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => OpenQueue;

/** A queue as a connection has it, that keeps at most `inFlightMax` requests on the wire, and what it sent. */
function aQueue({ inFlightMax = 1 } = {}) {
  const sent: number[] = [];
  const silent = { debug: () => undefined, error: () => undefined };
  const queue = new RequestQueueOfKafkaJs({
    maxInFlightRequests: inFlightMax,
    requestTimeout: 60_000,
    enforceRequestTimeout: false,
    clientId: 'spec',
    broker: 'localhost:9092',
    logger: silent,
    isConnected: () => true,
  });
  const push = (correlationId: number): void => {
    const entry = { correlationId, apiKey: 0, apiName: 'Spec', apiVersion: 0, resolve: () => undefined, reject: () => undefined };
    queue.push({ entry, expectResponse: true, sendRequest: () => sent.push(correlationId) });
  };
  const answer = (correlationId: number): void => queue.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 });
  return { queue, sent, push, answer };
}

describe('a connection of kafkajs', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_700_000_000_000 }));
  afterEach(() => void jest.useRealTimers());

  it('rests once its requests are answered', () => {
    const { sent, push, answer } = aQueue();
    push(1);
    push(2);
    answer(1);
    answer(2);
    jest.advanceTimersByTime(10);

    expect([sent, jest.getTimerCount()]).toEqual([[1, 2], 0]);
  });

  it('sends what waited as soon as an answer makes room', () => {
    const { sent, push, answer } = aQueue();
    push(1);
    push(2);
    answer(1);

    expect(sent).toEqual([1, 2]);
  });

  it('sends what waited when the broker throttles no longer', () => {
    const { queue, sent, push } = aQueue({ inFlightMax: 5 });
    queue.maybeThrottle(1_000);
    push(1);
    jest.advanceTimersByTime(999);
    expect(sent).toEqual([]);
    jest.advanceTimersByTime(1);

    expect(sent).toEqual([1]);
  });
});
