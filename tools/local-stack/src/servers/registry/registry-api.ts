import { PING_TIMEOUT_MS } from '../server.js';

/** The Confluent API's list of subjects; a registry that cannot read its store does not answer it. */
export async function pingRegistry(url: string): Promise<void> {
  await request(`${url}/subjects`, {});
}

/** Apicurio's own default is NONE, which would let any change through. */
export async function setBackwardCompatibility(url: string): Promise<void> {
  await request(`${url}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility: 'BACKWARD' }),
  });
}

async function request(address: string, init: RequestInit): Promise<void> {
  const url = new URL(address);
  const headers = new Headers(init.headers);
  if (url.username !== '')
    headers.set('authorization', `Basic ${btoa(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`)}`);
  [url.username, url.password] = ['', '']; // fetch refuses them inside a URL
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(PING_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url.pathname} answered ${response.status}`);
  await response.arrayBuffer();
}
