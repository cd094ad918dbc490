import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { jsonOption, type OutputOptions, print } from '../output.js';
import { tokenKeys } from '../token-keys.js';
import { withServices } from '../with-services.js';

interface ServeOptions extends OutputOptions {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: URL;
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/** `caas-admin serve`: the web console. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the web console until it is stopped: on this machine only, for whoever has a token of staff (token mint)')
    .option('--host <address>', 'where it listens; any other than this machine needs --public-url', '127.0.0.1')
    .option('--port <n>', '0 for any that is free', parsePort, 3030)
    .option(
      '--public-url <url>',
      'https address by which browsers reach it, behind a proxy that ends TLS and keeps the Host header',
      parseUrl,
    )
    .addOption(jsonOption())
    .action(async (options: ServeOptions, command: Command) => {
      const { host, port, publicUrl } = options;
      if (publicUrl === undefined && !LOOPBACK.includes(host)) {
        command.error('error: --host without --public-url has to be this machine (127.0.0.1): the console has no TLS of its own');
      }
      const tokens = tokenKeys();
      // Of the command alone: the others need no web server.
      const { openConsole } = await import('../console/open-console.js');
      await withServices(
        async (services) => {
          const needsMfa = process.env['NODE_ENV'] === 'production';
          const opened = await openConsole({ services, host, port, publicUrl, needsMfa });
          print({ url: opened.url }, options, () => `the console is at ${opened.url}`);
          await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
          await opened.close();
        },
        { tokens },
      );
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Use a port, 0 to 65535.');
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && url.pathname === '/') return url;
  throw new InvalidArgumentError('Use an https address without a path.');
}
