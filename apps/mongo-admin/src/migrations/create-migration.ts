import { type Migration } from '@caas/data-access-mongo';
import { ValidationError } from '@caas/runtime';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { workspaceRoot } from '../workspace-root.js';
import { migrationFile, migrationList, variableOf, withMigrations } from './migration-template.js';

export interface NewMigration {
  /** Words or snake_case. */
  readonly name: string;
  readonly domain: string;
  readonly scope: 'platform' | 'tenant';
  /** The migrations that there are; the new one comes after them. */
  readonly taken: readonly Pick<Migration, 'number'>[];
  /** The root of the source tree; found from here unless given. */
  readonly root?: string;
}

export interface CreatedMigration {
  readonly version: string;
  readonly name: string;
  /** Written files, from the root of the source tree. */
  readonly files: readonly string[];
}

/** The domains into which a migration can be written. Empty outside of the source tree. */
export function domainsWithMigrations(root = workspaceRoot()): string[] {
  if (root === undefined) return [];
  const folder = join(root, 'libs', 'domains');
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'src', `${name}.module.ts`)));
}

/**
 * Writes `v{nnn}-{name}.migration.ts` from the template into the domain, lists it in `{domain}.migrations.ts`, and names that list in the
 * module when it does not yet. Throws `ValidationError` for a name or domain that does not fit, before anything is written.
 */
export function createMigration({ name, domain, scope, taken, root = workspaceRoot() }: NewMigration): CreatedMigration {
  const snake = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
  if (!/^[a-z][a-z0-9_]{0,79}$/.test(snake)) throw invalid('/name', 'must be 1–80 of a–z, 0–9 and _, and start with a letter');
  if (root === undefined) throw invalid('/domain', 'can be found only inside the source tree');
  const domains = domainsWithMigrations(root);
  if (!domains.includes(domain)) throw invalid('/domain', `must be one of ${domains.join(', ')}`);
  const version = `V${String(Math.max(0, ...taken.map(({ number }) => number)) + 1).padStart(3, '0')}`;

  const source = join(root, 'libs', 'domains', domain, 'src');
  const folder = join(source, 'migrations');
  const files = [
    {
      path: join(folder, fileNameOf(version, snake)),
      text: migrationFile({ version, name: snake, scope, variable: variableOf(version, snake) }),
    },
  ];
  const [file] = files;
  const listed = [...(existsSync(folder) ? readdirSync(folder) : []), fileNameOf(version, snake)];
  files.push({ path: join(source, `${domain}.migrations.ts`), text: migrationList(domain, listed) });
  const module = join(source, `${domain}.module.ts`);
  const text = readFileSync(module, 'utf8');
  const named = withMigrations(text, domain);
  if (named !== text) files.push({ path: module, text: named });
  if (file !== undefined && existsSync(file.path)) throw invalid('/name', `is taken: ${relative(root, file.path)}`);

  mkdirSync(folder, { recursive: true });
  for (const { path, text: content } of files) writeFileSync(path, content);
  return { version, name: snake, files: files.map(({ path }) => relative(root, path)) };
}

function fileNameOf(version: string, name: string): string {
  return `${version.toLowerCase()}-${name.replaceAll('_', '-')}.migration.ts`;
}

function invalid(field: string, message: string): ValidationError {
  return new ValidationError([{ field, code: 'migration', message }]);
}
