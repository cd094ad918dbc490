import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type InjectedRequest, type InjectedResponse } from './gateway-options.js';

/**
 * Sends one request to a server over a pair of streams instead of a socket. Node's own HTTP parser and writer run on both sides, so that
 * what comes out is what a client would see, down to malformed requests.
 */
export async function inMemoryRequest(
  server: Server,
  { method = 'GET', url, headers = {}, body }: InjectedRequest,
): Promise<InjectedResponse> {
  const [clientSide, serverSide] = duplexPair();
  const isText = typeof body === 'string' || body === undefined;
  const payload = isText ? body : JSON.stringify(body);
  const outgoing = httpRequest({
    method,
    path: url,
    headers: {
      host: 'in-memory',
      connection: 'close',
      ...(isText ? {} : { 'content-type': 'application/json' }),
      ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }),
      ...headers,
    },
    createConnection: () => clientSide,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => outgoing.once('response', resolve).once('error', reject));
  server.emit('connection', serverSide);
  outgoing.end(payload);
  const incoming = await answered;
  return toResponse(incoming.statusCode ?? 0, incoming.headers, await text(incoming));
}

function toResponse(status: number, headers: IncomingHttpHeaders, content: string): InjectedResponse {
  return { status, headers, text: content, json: () => JSON.parse(content) as unknown };
}
