import { type FastifyInstance } from 'fastify';
import { contentTag, isNamedBy } from '../conventions/entity-tag.js';

/** Seconds for which verifiers may keep the keys: a new key is published twice as long before it signs. */
const MAX_AGE_SECONDS = 300;

/** The public keys of access tokens (RFC 7517), for whoever verifies them without asking. */
export interface JsonWebKeySet {
  readonly keys: readonly { readonly kid: string }[];
}

/** `/.well-known/jwks.json`. The keys do not change while the process runs. */
export function jwksRoute(app: FastifyInstance, jwks: JsonWebKeySet): void {
  const text = JSON.stringify(jwks);
  const etag = contentTag(text);
  app.get('/.well-known/jwks.json', (request, reply) => {
    reply.headers({ etag, 'cache-control': `public, max-age=${MAX_AGE_SECONDS}`, 'cross-origin-resource-policy': 'cross-origin' });
    if (isNamedBy(request.headers['if-none-match'], etag)) reply.code(304).send();
    else reply.header('content-type', 'application/json; charset=utf-8').send(text);
  });
}
