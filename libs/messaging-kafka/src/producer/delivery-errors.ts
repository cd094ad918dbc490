import { UnavailableError } from '@caas/runtime';

/** The lane holds as many records as it may. Nothing was sent. */
export const queueFull = (records: number): UnavailableError =>
  new UnavailableError(`${records} records wait for Kafka already.`, { details: { reason: 'PRODUCER_QUEUE_FULL', retryAfterSeconds: 1 } });

/** The process is going away. Nothing was sent. */
export const producerClosed = (): UnavailableError =>
  new UnavailableError('The producer is closed.', { details: { reason: 'PRODUCER_CLOSED', retryAfterSeconds: 1 } });

/** The record waited behind others for longer than it may be tried. Nothing was sent. */
export const deliveryExpired = (waitedMs: number): UnavailableError =>
  new UnavailableError(`Kafka did not take the record within ${Math.round(waitedMs)} ms.`, {
    details: { reason: 'DELIVERY_EXPIRED', retryAfterSeconds: 1 },
  });

/** The record was sent, and no try was acknowledged in time. It may be or become stored. */
export const deliveryUnknown = (waitedMs: number, cause: unknown): UnavailableError =>
  new UnavailableError(`Kafka did not acknowledge the record within ${Math.round(waitedMs)} ms; whether it is stored is unknown.`, {
    cause,
    details: { reason: 'DELIVERY_UNKNOWN', retryAfterSeconds: 1 },
  });
