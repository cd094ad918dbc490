import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { currentRequest } from '../request/current-request.js';
import { redact } from './redaction.js';

/** A pino logger: one JSON object per line on standard output. Fields are redacted before they are written. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly service: string;
  readonly version?: string;
  readonly env?: string;
  readonly level?: string;
  /** Where lines go; standard output unless given (specs). */
  readonly destination?: DestinationStream;
}

/** Creates the one logger of a process. Children for modules come from `logger.child({ module })`, at start, not per request. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service, version: options.version ?? 'unknown', env: options.env ?? 'development' },
      messageKey: 'msg',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      mixin: () => {
        const request = currentRequest();
        return request === undefined ? {} : { request_id: request.requestId, trace_id: request.traceId };
      },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      hooks: {
        logMethod(args, method) {
          method.apply(
            this,
            args.map((argument) => (typeof argument === 'string' ? redact(argument) : argument)) as Parameters<typeof method>,
          );
        },
      },
      serializers: { err: (error: unknown) => redact(describeError(error)) },
    },
    options.destination ?? pino.destination({ fd: 1, sync: false }),
  );
}

/** An error as a plain object, with its causes, for a log line. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    message: error.message,
    code: (error as { code?: unknown }).code,
    stack: depth === 0 ? error.stack : undefined,
    cause: error.cause === undefined || depth >= 3 ? undefined : describeError(error.cause, depth + 1),
  };
}
