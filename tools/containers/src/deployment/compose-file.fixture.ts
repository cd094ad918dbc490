import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { WORKSPACE_ROOT } from '../images/image-build.js';

/** A service, as far as specs look at it. */
export interface ComposeService {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly volumes?: readonly string[];
  readonly healthcheck?: object;
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly required?: boolean }>>;
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly memory?: string; readonly cpus?: string } } };
  readonly stop_grace_period?: string;
  readonly cap_drop?: readonly string[];
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

export const DOCKER_FOLDER = join(WORKSPACE_ROOT, 'docker');

/** `docker/compose.yaml` with its anchors resolved. */
export function composeFile(): ComposeFile {
  return parse(readFileSync(join(DOCKER_FOLDER, 'compose.yaml'), 'utf8'), { merge: true }) as ComposeFile;
}

/** What compose puts into a container of this service: `${NAME:-default}` from `env`, names without a value as `env` has them. */
export function environmentOf(service: ComposeService, env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service.environment ?? {}).flatMap(([name, value]) => {
      const text = value === null ? env[name] : interpolate(value, env);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function interpolate(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => env[name] ?? fallback ?? '');
}

/** The assignments of an env file. */
export function envFile(name: string): Record<string, string> {
  const lines = readFileSync(join(DOCKER_FOLDER, name), 'utf8').split('\n');
  return Object.fromEntries(
    lines.filter((line) => /^\w+=/.test(line)).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
