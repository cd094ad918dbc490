import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppProcess } from '@caas/testing/processes';

/** What an image says of itself, as far as specs look. */
export interface ImageConfig {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Env: readonly string[];
  readonly StopSignal: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Healthcheck?: { readonly Test: readonly string[]; readonly Interval: number; readonly Timeout: number };
}

/**
 * Runs a command in a root file system as a container would: uid 1001, nothing writable but `/tmp`. Its own mounts end with it, and it is the process that
 * gets the signals, since every step is an `exec`.
 */
const ENTER = `
mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t tmpfs tmpfs "$1/tmp" \
  && chmod 1777 "$1/tmp" && mount -o remount,bind,ro "$1" && root=$1 && shift && exec chroot --userspec=1001:1001 "$root" "$@"`;

/** Why containers cannot be run here; `undefined` when they can. */
export function noContainers(): string | undefined {
  if (spawnSync('buildah', ['--version']).status !== 0) return 'buildah is not installed';
  if (process.getuid?.() !== 0) return 'only root can mount what buildah built';
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? undefined : 'this machine lets nobody make a mount namespace';
}

/** A container of an image: its files, mounted. Ends with {@link remove}. */
export class Container {
  readonly #id: string;
  readonly root: string;

  constructor(image: string) {
    this.#id = buildah('from', '--pull-never', image);
    this.root = buildah('mount', this.#id);
    for (const folder of ['proc', 'dev']) mkdirSync(join(this.root, folder), { recursive: true });
  }

  get config(): ImageConfig {
    return (JSON.parse(buildah('inspect', this.#id)) as { Docker: { config: ImageConfig } }).Docker.config;
  }

  /** Bytes of all files. */
  get sizeBytes(): number {
    return Number.parseInt(execFileSync('du', ['-sb', this.root], { encoding: 'utf8' }), 10);
  }

  /** Starts a command, the image's own unless given; the image's variables hold where `env` says nothing. */
  start(
    env: Readonly<Record<string, string>>,
    command: readonly string[] = this.config.Entrypoint,
    ...args: readonly string[]
  ): AppProcess {
    const own = Object.fromEntries(this.config.Env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    return new AppProcess('unshare', ['--mount', 'sh', '-euc', ENTER, 'sh', this.root, ...command, ...args], {
      ...own,
      ...env,
      PATH: process.env['PATH'] ?? '',
    });
  }

  remove(): void {
    buildah('rm', this.#id);
  }
}

function buildah(...args: readonly string[]): string {
  return execFileSync('buildah', args, { encoding: 'utf8' }).trim();
}
