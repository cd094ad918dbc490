import { ValidationError } from '@caas/runtime';
import { type FastifyInstance, type FastifyRequest } from 'fastify';

/** Levels of objects and arrays that a body may have. */
export const JSON_DEPTH_MAX = 20;

/** JSON media types that routes take. */
const JSON_TYPES = ['application/json', 'application/merge-patch+json'];

/**
 * Reads JSON bodies: no `__proto__`, no `constructor.prototype`, not nested deeper than {@link JSON_DEPTH_MAX}. Every other media type is
 * refused by the framework with 415.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(JSON_TYPES, { parseAs: 'string' }, (request: FastifyRequest, text: string, done) => {
    if (request.exchange !== null && request.raw.headers['idempotency-key'] !== undefined) request.exchange.bodyText = text;
    void parse(request, text, (error, body: unknown) => {
      if (error) done(error);
      else if (!isShallow(body, JSON_DEPTH_MAX)) done(tooDeep());
      else done(null, body);
    });
  });
}

function tooDeep(): ValidationError {
  return new ValidationError([], { code: 'VAL_JSON_INVALID', message: `The body is nested deeper than ${JSON_DEPTH_MAX} levels.` });
}

/** Whether a parsed JSON value has at most `levels` levels of objects and arrays. */
export function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isShallow(item, levels - 1));
  for (const key in value) {
    if (!isShallow((value as Record<string, unknown>)[key], levels - 1)) return false;
  }
  return true;
}
