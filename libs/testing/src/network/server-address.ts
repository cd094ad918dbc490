/** Where a server listens. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { mongodb: 27_017, redis: 6_379, http: 80 };

/** The first server of a connection string, and its scheme. Throws a `TypeError` for what is none. */
export function serverAddress(url: string): ServerAddress & { readonly scheme: string } {
  const [, scheme, host, port] = /^([a-z]+):\/\/(?:[^@/]*@)?([^:/,?]+)(?::(\d+))?/.exec(url) ?? [];
  if (scheme === undefined || host === undefined) throw new TypeError('A connection string begins with scheme://host.');
  return { scheme, host, port: Number(port ?? DEFAULT_PORTS[scheme]) };
}
