import { describe, expect, it } from '@jest/globals';
import { isId } from '@caas/schema';
import { changed, storedDocument } from './stored-document.js';

describe('storedDocument', () => {
  it('has an id of the collection’s kind and the fields that the repository keeps', () => {
    const stored = storedDocument({ id: { prefix: 'msg' }, softDelete: true }, { body: 'x' });

    expect(isId('msg', stored['_id'])).toBe(true);
    expect(Object.keys(stored)).toEqual(['_id', 'body', 'created_at', 'updated_at', 'deleted_at', 'deleted_by', '__v']);
  });
});

describe('changed', () => {
  const document = { a: { list: [{ x: 1 }, { x: 2 }] }, b: 1 };

  it('changes one place and leaves the original alone', () => {
    expect(changed(document, 'a.list.1.x', 3)).toEqual({ a: { list: [{ x: 1 }, { x: 3 }] }, b: 1 });
    expect(document.a.list[1]).toEqual({ x: 2 });
  });

  it('removes and adds', () => {
    expect(changed(document, 'b', undefined)).toEqual({ a: document.a });
    expect(changed(document, 'c', 2)).toEqual({ ...document, c: 2 });
  });

  it.each(['c.d', 'b.x', 'a.lists.0.x'])('refuses the path %s, which leads nowhere', (path) => {
    expect(() => changed(document, path, 1)).toThrow(TypeError);
  });

  it('refuses to remove what is not there', () => {
    expect(() => changed(document, 'a.x', undefined)).toThrow('no field "x"');
  });
});
