import { describe, expect, it } from '@jest/globals';
import { REFERENCE_PAGES, stalePages } from './reference-file.js';

describe('the reference pages', () => {
  it.each(REFERENCE_PAGES)('%s is as the definitions have it', async (page) => {
    expect(await stalePages()).not.toContain(page);
  });
});
