import { createHash } from 'node:crypto';
import { type MigrationSpec } from './migration-spec.js';

/**
 * Identifies what a migration does: its declared content and the code of both directions. Compilers print the same code differently (quotes,
 * white space, commas, semicolons, parentheses around one parameter), so those do not count; what is called from elsewhere does not either.
 */
export function migrationChecksum({ version, name, scope, transactional, up, down }: Required<MigrationSpec>): string {
  const content = [version, name, scope, transactional, normalized(up), normalized(down)];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

const COMMENT_OR_TEXT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

function normalized(code: (...args: never[]) => unknown): string {
  const texts: string[] = [];
  // Texts are set aside first, so that what looks like a comment or a semicolon inside one stays as it is.
  const bare = code.toString().replaceAll(COMMENT_OR_TEXT, (found) => {
    if (found.startsWith('/')) return ' ';
    texts.push(found.slice(1, -1));
    return '"';
  });
  const compact = bare
    .replaceAll(/\(\s*([\w$]+)\s*\)\s*=>/g, ' $1 =>')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([^\w$ ]) ?/g, '$1')
    .replaceAll(/;+/g, '')
    .replaceAll(/,(?=[)\]}])/g, '')
    .trim();
  return JSON.stringify([compact, texts]);
}
