import { type StackFile } from '@caas/local-stack';
import { serverAddress, type ServerAddress, TcpProxy } from '@caas/testing/network';

/** The servers that an app connects to. */
export const SERVERS = ['kafka', 'mongodb', 'redis', 'registry'] as const;
export type ServerKind = (typeof SERVERS)[number];

/** The faulty links of one app: one proxy for each server, all of the brokers behind one of their own. */
export class Links {
  readonly #proxies = new Map<ServerKind, { readonly from: number; readonly proxy: TcpProxy }[]>();

  /** Links to these servers of a stack. */
  static async open(stack: StackFile, kinds: readonly ServerKind[]): Promise<Links> {
    const links = new Links();
    for (const kind of kinds) {
      const addresses = addressesOf(stack, kind);
      links.#proxies.set(
        kind,
        await Promise.all(addresses.map(async (address) => ({ from: address.port, proxy: await TcpProxy.to(address) }))),
      );
    }
    return links;
  }

  /** For `CAAS_DRILL_LINKS`. */
  get ports(): string {
    return this.#all.map(({ from, proxy }) => `${from}=${proxy.port}`).join(',');
  }

  /** The proxies in front of a server. Throws when the drill did not ask for that link. */
  to(kind: ServerKind): readonly TcpProxy[] {
    const proxies = this.#proxies.get(kind);
    if (proxies === undefined) throw new Error(`The app has no faulty link to ${kind}.`);
    return proxies.map(({ proxy }) => proxy);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ proxy }) => proxy.close()));
  }

  get #all(): { readonly from: number; readonly proxy: TcpProxy }[] {
    return [...this.#proxies.values()].flat();
  }
}

function addressesOf({ kafka, mongodb_uri, redis_url, registry_url }: StackFile, kind: ServerKind): ServerAddress[] {
  switch (kind) {
    case 'kafka':
      return kafka.brokers.map((broker) => serverAddress(`tcp://${broker}`));
    case 'mongodb':
      return [serverAddress(mongodb_uri)];
    case 'redis':
      return [serverAddress(redis_url)];
    case 'registry':
      return [serverAddress(registry_url)];
  }
}
