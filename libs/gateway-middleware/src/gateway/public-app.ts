import fastify, { type FastifyInstance } from 'fastify';
import { answerClientError, answerErrors, type ErrorAnswers, sendProblem } from '../errors/answer-errors.js';
import { translateError } from '../errors/translate-error.js';
import { requestIdOf } from '../http/request-id.js';
import { versionedUrl } from '../versions/versioned-url.js';
import { acceptJsonBodies } from '../validation/json-body.js';
import { type GatewayConfig } from './gateway-options.js';

/** Bytes of all request headers together; Node answers 431 past it. */
const HEADERS_BYTES_MAX = 16_384;
const PATH_PARAMETER_LENGTH_MAX = 128;

/** An empty application with the limits of the public port, JSON bodies and one form of errors. */
export function publicApp(config: GatewayConfig, errors: ErrorAnswers): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: config.keepAliveTimeoutMs,
    trustProxy: config.trustProxy.length === 0 ? false : [...config.trustProxy],
    routerOptions: { maxParamLength: PATH_PARAMETER_LENGTH_MAX },
    return503OnClosing: false, // the drain gate answers with a problem instead
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: HEADERS_BYTES_MAX, headersTimeout: config.headersTimeoutMs, joinDuplicateHeaders: true },
    rewriteUrl: (raw) => versionedUrl(raw.url ?? '/', raw.headers, errors),
    genReqId: (raw) => requestIdOf(raw.headers['x-request-id']),
    clientErrorHandler: (error, socket) => answerClientError(error, socket, errors),
    frameworkErrors: (error, request, reply) => {
      reply.headers({ ...errors.fixedHeaders, 'x-request-id': request.id });
      sendProblem(translateError(error), { request, reply, options: errors });
    },
  });
  acceptJsonBodies(app);
  answerErrors(app, errors);
  return app;
}
