import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The root of the source tree. */
export const WORKSPACE_ROOT = join(import.meta.dirname, '..', '..', '..', '..');

/** The apps that have an image; each is a target of `docker/Dockerfile`. */
export const IMAGES = ['gateway', 'worker', 'mongo-admin'] as const;
export type ImageName = (typeof IMAGES)[number];

/** Programs that build images. Both keep the layers of earlier builds and use them again. */
export const ENGINES = ['docker', 'buildah'] as const;
export type Engine = (typeof ENGINES)[number];

/** What a build depends on besides the sources. */
export interface ImageBuild {
  readonly image: ImageName;
  readonly tag: string;
  readonly version: string;
  readonly commit: string;
  /** In place of the pinned Node image: a mirror, a digest, an image of one's own. */
  readonly base?: string;
  /** Files that are mounted while dependencies are installed, by the id of the mount; they do not get into the image. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The command line that builds an image in the workspace's root. */
export function buildCommand(engine: Engine, build: ImageBuild): readonly string[] {
  const start = engine === 'docker' ? ['docker', 'build'] : ['buildah', 'build', '--isolation', 'chroot', '--format', 'docker', '--layers'];
  const buildArguments = {
    SERVICE_VERSION: build.version,
    GIT_COMMIT: build.commit,
    ...(build.base === undefined ? {} : { NODE_IMAGE: build.base }),
  };
  return [
    ...start,
    ...Object.entries(buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...Object.entries(build.secrets).flatMap(([id, path]) => ['--secret', `id=${id},src=${path}`]),
    ...['--target', build.image, '--tag', build.tag, '--file', 'docker/Dockerfile', '.'],
  ];
}

/** The first engine that works here: a client without its daemon does not. */
export function findEngine(works: (command: readonly string[]) => boolean = succeeds): Engine | undefined {
  const probes: Readonly<Record<Engine, readonly string[]>> = {
    docker: ['docker', 'version', '--format', '{{.Server.Version}}'],
    buildah: ['buildah', '--version'],
  };
  return ENGINES.find((engine) => works(probes[engine]));
}

/** The version of the app's package (which `nx release` moves) and the commit that is checked out. */
export function identityOf(image: ImageName): Pick<ImageBuild, 'version' | 'commit'> {
  const manifest = JSON.parse(readFileSync(join(WORKSPACE_ROOT, 'apps', image, 'package.json'), 'utf8')) as { version: string };
  const { stdout, status } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: WORKSPACE_ROOT, encoding: 'utf8' });
  return { version: manifest.version, commit: status === 0 ? stdout.trim() : 'unknown' };
}

/** What npm on this machine needs to reach its registry. */
export function npmSecrets(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const found = { npmrc: join(homedir(), '.npmrc'), authority: env['NODE_EXTRA_CA_CERTS'] ?? '' };
  return Object.fromEntries(Object.entries(found).filter(([, path]) => existsSync(path)));
}

function succeeds([command = '', ...args]: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
