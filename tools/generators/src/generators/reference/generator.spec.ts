import { describe, expect, it } from '@jest/globals';
import { createTree } from '@nx/devkit/testing';
import { writePages } from './generator';

describe('generated pages', () => {
  it('are written where they differ, and named', () => {
    const tree = createTree();
    tree.write('docs/reference/old.md', 'old');
    tree.write('docs/reference/same.md', 'same');

    const result = writePages(tree, { 'docs/reference/old.md': 'new', 'docs/reference/same.md': 'same', 'docs/reference/more.md': 'more' });

    expect(result.outOfSyncDetails).toEqual(['docs/reference/old.md', 'docs/reference/more.md']);
    expect(tree.read('docs/reference/old.md', 'utf8')).toBe('new');
    expect(tree.read('docs/reference/more.md', 'utf8')).toBe('more');
  });

  it('are in step when none differs', () => {
    const tree = createTree();
    tree.write('docs/reference/same.md', 'same');

    expect(writePages(tree, { 'docs/reference/same.md': 'same' })).toEqual({});
  });
});
