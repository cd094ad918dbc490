import { describe, expect, it } from '@jest/globals';
import { chooseAuthors } from './cast.js';
import { type Commit } from './history.js';

const commitOf = (name: string, hash = name): Commit => ({ hash, author: { externalId: `git-${name}`, name }, text: 'a commit' });

describe('chooseAuthors', () => {
  it('takes the most active ones first', () => {
    const authors = chooseAuthors([commitOf('rare'), commitOf('busy', '1'), commitOf('busy', '2')]);

    expect(authors.map(({ name }) => name)).toEqual(['busy', 'rare']);
  });

  it('leaves one place of a hundred for everybody else', () => {
    const authors = chooseAuthors(Array.from({ length: 150 }, (_, index) => commitOf(`a${index}`)));

    expect(authors).toHaveLength(99);
  });

  it('keeps to the members that a group has already', () => {
    const authors = chooseAuthors([commitOf('new', '1'), commitOf('new', '2'), commitOf('old')], ({ name }) => name === 'old');

    expect(authors.map(({ name }) => name)).toEqual(['old']);
  });
});
