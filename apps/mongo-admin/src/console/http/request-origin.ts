const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a request names this console as its host: this machine by any port, as through a tunnel, or the public address. Anything else is a page of somebody
 * else whose name leads here (DNS rebinding).
 */
export function isOwnHost(host: string | undefined, publicUrl: URL | undefined): boolean {
  if (host === undefined) return false;
  if (publicUrl !== undefined && host.toLowerCase() === publicUrl.host) return true;
  return LOOPBACK.has(host.toLowerCase().replace(/:\d{1,5}$/, ''));
}

/** Whether a form was sent from a page of this console, as far as the browser tells: by `Origin`, and by `Sec-Fetch-Site`. */
export function isFromOwnPage({ origin, site, host }: { origin: string | undefined; site: string | undefined; host: string }): boolean {
  if (site !== undefined && site !== 'same-origin') return false;
  return origin === undefined || /^https?:\/\/(.+)$/.exec(origin)?.[1] === host;
}

/** Where to go after signing in: a path of ours, whatever was asked for. */
export function ownPath(path: string | null): string {
  return path !== null && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path) && !path.startsWith('/sign-') ? path : '/';
}
