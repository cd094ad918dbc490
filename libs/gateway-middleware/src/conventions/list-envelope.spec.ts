import { describe, expect, it } from '@jest/globals';
import { pageLinks } from './list-envelope.js';

const page = { limit: 20, has_more: false, next_cursor: null, prev_cursor: null };

describe('pageLinks', () => {
  it('has nothing to say of a list of one page', () => {
    expect(pageLinks('/v1/notes', page)).toBeUndefined();
  });

  it('keeps the filters and replaces the cursor', () => {
    const links = pageLinks('/v1/notes?order=asc&cursor=old&q=a%20b', { ...page, next_cursor: 'n', prev_cursor: 'p' });

    expect(links).toBe('</v1/notes?order=asc&cursor=n&q=a+b>; rel="next", </v1/notes?order=asc&cursor=p&q=a+b>; rel="prev"');
  });

  it('cannot be broken out of by the query', () => {
    const links = pageLinks('/v1/notes?q=%3E;%20rel=%22evil%22,%20%3Cx', { ...page, next_cursor: 'n' });

    expect(links?.match(/[<>]/g)).toEqual(['<', '>']);
  });
});
