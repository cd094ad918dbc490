import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoError } from './errors.js';
import { readHistory, rootCommit, TEXT_CODE_POINTS_MAX } from './history.js';

let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'caas-demo-'));
  git('init', '--quiet');
});
afterEach(() => rmSync(repository, { recursive: true }));

function git(...args: readonly string[]): void {
  execFileSync('git', ['-C', repository, '-c', 'user.name=Ada', '-c', 'user.email=Ada@Example.com', ...args]);
}

const commit = (message: string, ...options: string[]): void =>
  git('commit', '--quiet', '--allow-empty', '--allow-empty-message', '-m', message, ...options);

describe('readHistory', () => {
  it('reads subject, body and author, oldest first', async () => {
    commit('first');
    commit('second\n\nwith a body', '--author', 'Grace <grace@example.com>');

    const commits = await readHistory(repository);

    expect(commits.map(({ text, author }) => [text, author.name])).toEqual([
      ['first', 'Ada'],
      ['second\n\nwith a body', 'Grace'],
    ]);
    expect(commits[0]?.hash).toBe(await rootCommit(repository));
  });

  it('knows an author by the e-mail address whatever its case, and does not show it', async () => {
    commit('one');
    commit('two', '--author', 'Ada L. <ada@example.com>');

    const [one, two] = await readHistory(repository);

    expect(one?.author.externalId).toBe(two?.author.externalId);
    expect(one?.author.externalId).toMatch(/^git-[0-9a-f]{32}$/);
  });

  it('cuts a text where the API does, between code points, and never answers an empty one', async () => {
    commit('😀'.repeat(TEXT_CODE_POINTS_MAX + 1));
    commit('');

    const [long, empty] = await readHistory(repository);

    expect(long?.text).toBe('😀'.repeat(TEXT_CODE_POINTS_MAX));
    expect(empty?.text).toBe('(no message)');
  });

  it('takes the oldest commits when there is a limit', async () => {
    commit('first');
    commit('second');

    expect((await readHistory(repository, { limit: 1 })).map(({ text }) => text)).toEqual(['first']);
  });

  it('says what is wrong with a folder that is no repository', async () => {
    await expect(readHistory(join(repository, '.git', 'refs'))).rejects.toThrow(DemoError);
  });
});
