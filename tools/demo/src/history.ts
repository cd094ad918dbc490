import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { DemoError } from './errors.js';

/** One commit as the demo tells it. */
export interface Commit {
  /** Hexadecimal, 40 or 64 digits. */
  readonly hash: string;
  readonly author: Author;
  /** Subject and body, trimmed; never empty. At most {@link TEXT_CODE_POINTS_MAX} code points. */
  readonly text: string;
}

export interface Author {
  /** Follows from the e-mail address, which itself is not sent anywhere. */
  readonly externalId: string;
  readonly name: string;
}

/** Code points of a message's text, as the API limits them. */
export const TEXT_CODE_POINTS_MAX = 4_000;
const NAME_CODE_POINTS_MAX = 100;
const FIELDS = ['%H', '%aN', '%aE', '%B'];

/**
 * The first `limit` commits that lead to HEAD, oldest first, parents before children. Names follow the repository's `.mailmap`. Throws
 * {@link DemoError} when there is no repository or no commit.
 */
export async function readHistory(repository: string, { limit = Infinity }: { limit?: number } = {}): Promise<Commit[]> {
  const hashes = (await git(repository, ['rev-list', '--reverse', '--topo-order', 'HEAD'])).split('\n').filter((line) => line !== '');
  const wanted = hashes.slice(0, limit);
  if (wanted.length === 0) return [];
  const log = ['log', '-z', '--no-walk=unsorted', '--stdin', `--format=tformat:${FIELDS.join('%x00')}`];
  const fields = (await git(repository, log, `${wanted.join('\n')}\n`)).split('\0');
  return wanted.map((_, index) => toCommit(fields.slice(index * FIELDS.length, (index + 1) * FIELDS.length)));
}

/** The first commit of a history without parents: the same in every clone, however far it has grown. */
export async function rootCommit(repository: string): Promise<string> {
  const roots = await git(repository, ['rev-list', '--max-parents=0', 'HEAD']);
  return roots.trim().split('\n').at(-1) ?? '';
}

function toCommit([hash = '', name = '', email = '', message = '']: readonly string[]): Commit {
  return {
    hash,
    author: {
      externalId: `git-${createHash('sha256').update(email.trim().toLowerCase()).digest('hex').slice(0, 32)}`,
      name: firstCodePoints(name.trim(), NAME_CODE_POINTS_MAX) || 'Unknown author',
    },
    text: firstCodePoints(message.trim(), TEXT_CODE_POINTS_MAX) || '(no message)',
  };
}

function firstCodePoints(text: string, max: number): string {
  return text.length <= max ? text : [...text].slice(0, max).join('').trimEnd();
}

async function git(repository: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn('git', ['-C', repository, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined); // git that ends early says why on stderr
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new DemoError(`git could not be run: ${error.message}`)));
    child.once('close', resolve);
  });
  if (code !== 0) throw new DemoError(`${repository}: ${Buffer.concat(stderr).toString('utf8').trim()}`);
  return Buffer.concat(stdout).toString('utf8');
}
