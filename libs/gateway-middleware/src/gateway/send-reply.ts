import { InternalError } from '@caas/runtime';
import { type FastifyReply } from 'fastify';
import { entityTag, isNamedBy } from '../conventions/entity-tag.js';
import { isPageShape, pageLinks, type PageFacts } from '../conventions/list-envelope.js';
import { type Exchange } from '../pipeline/exchange.js';
import { type AnyRouteReply, type RouteDefinition } from '../routes/define-route.js';

export const JSON_CONTENT_TYPE = 'application/json; charset=utf-8';

/** Sends what a handler answered. */
export type SendReply = (exchange: Exchange, result: AnyRouteReply) => void;

/** Answers of a route that reads one version of a resource: nobody but their caller may keep them, and not without asking again. */
const REVALIDATED = 'private, no-cache';

/** What sends the answers of a route; what its kind of answer needs on top is settled here once. Throws `InternalError` for a status it does not document. */
export function replySender(route: RouteDefinition): SendReply {
  const statuses = new Set(Object.keys(route.shapes.responses).map(Number));
  const sendBody = bodySender(route);
  return (exchange, result) => {
    const { reply } = exchange;
    if (!statuses.has(result.status))
      throw new InternalError(`${route.operationId} answered ${result.status}, which it does not document.`);
    reply.code(result.status);
    if (result.headers !== undefined) reply.headers(result.headers);
    if (exchange.mediaType !== undefined && result.body !== undefined) reply.header('content-type', exchange.mediaType);
    sendBody(exchange, result);
  };
}

function bodySender(route: RouteDefinition): SendReply {
  if (isPageShape(route.shapes.responses[200])) return sendPage;
  if (route.versioned) return versionedSender(route);
  return ({ reply }, { body }) => void reply.send(body);
}

function sendPage({ reply, request }: Exchange, { body }: AnyRouteReply): void {
  const links = pageLinks(request.raw.url ?? '/', (body as { page: PageFacts }).page);
  const present = reply.getHeader('link'); // of a deprecated route
  if (links !== undefined) reply.header('link', present === undefined ? links : `${String(present)}, ${links}`);
  reply.send(body);
}

function versionedSender(route: RouteDefinition): SendReply {
  return ({ reply, request, mediaType }, { status, body, version }) => {
    if (body === undefined || body === null) return void reply.send();
    if (version === undefined) throw new InternalError(`${route.operationId} is versioned and answered no version.`);
    const text = serialized(reply, status, body);
    const tag = entityTag(version, text);
    reply.headers({ etag: tag, 'cache-control': REVALIDATED });
    if (route.method === 'GET' && isNamedBy(request.raw.headers['if-none-match'], tag)) reply.code(304).send();
    else reply.header('content-type', mediaType ?? JSON_CONTENT_TYPE).send(text);
  };
}

/** The bytes of an answer as the route's compiled serializer writes them, whatever was sent meanwhile. */
export function serialized(reply: FastifyReply, status: number, body: unknown): string {
  const serialize = reply.getSerializationFunction(String(status));
  return serialize === undefined ? JSON.stringify(body) : serialize(body as Record<string, unknown>);
}
