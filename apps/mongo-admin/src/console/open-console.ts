import { type AddressInfo } from 'node:net';
import { type Services } from '@caas/composition';
import { StaffSignIn } from '@caas/identity';
import { lagByTopic } from '@caas/messaging-kafka';
import { InternalError } from '@caas/runtime';
import { auditOf } from '../audit.js';
import { consumerGroups } from '../operations/consumer-groups.js';
import { Background } from './background.js';
import { consoleRoutes } from './console-routes.js';
import { ConsoleServer } from './http/console-server.js';
import { LagHistory } from './lag-history.js';

export interface OpenConsoleOptions {
  readonly services: Services;
  readonly host: string;
  /** 0 means any that is free. */
  readonly port: number;
  readonly publicUrl?: URL | undefined;
  /** Whether tokens have to prove a second factor: in production. */
  readonly needsMfa: boolean;
}

/** A console that listens. */
export interface OpenConsole {
  readonly url: string;
  /** Takes no more requests, and resolves when what was begun has ended. */
  close(): Promise<void>;
}

/** Opens the console over connected services. Rejects when the address is taken, and where the process has no keys of tokens. */
export async function openConsole({ services, host, port, publicUrl, needsMfa }: OpenConsoleOptions): Promise<OpenConsole> {
  const { kafka, clock, logger, tokens } = services;
  if (tokens === undefined) throw new InternalError('This process has no keys of access tokens.');
  const groups = await consumerGroups(services);
  const measure = async () => lagByTopic(await kafka.groups.lag(groups));
  const lag = new LagHistory({ measure, clock, logger });
  const background = new Background({ logger });
  const server = new ConsoleServer({
    routes: consoleRoutes({ services, lag, background }),
    signIn: new StaffSignIn({ ...services, tokens, needsMfa }),
    audit: await auditOf(services),
    clock,
    logger,
    publicUrl,
  });
  await server.app.listen({ host, port });
  lag.start();
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.app.server.address() as AddressInfo).port}`,
    close: async () => {
      await Promise.all([server.close(), lag.stop()]);
      await background.settle();
    },
  };
}
