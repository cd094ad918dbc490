import { describe, expect, it } from '@jest/globals';
import { expectRenderingsAgree } from '@caas/testing/schema';
import { mediaType } from './media-fields.js';
import { mediaModule } from './media.module.js';

describe('schemas of media', () => {
  it.each(mediaModule.collections.map((collection) => [collection.name, collection] as const))(
    'collection %s means the same to zod and MongoDB',
    (_, { storedSchema }) => {
      expectRenderingsAgree(storedSchema, { dialects: ['bson'], runs: 40 });
    },
  );
});

describe('mediaType', () => {
  it.each(['image/png', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'image/svg+xml'])(
    'accepts %s',
    (value) => {
      expect(mediaType().safeParse(value).success).toBe(true);
    },
  );

  it.each(['image', 'image/', 'Image/png', 'image/png; charset=utf-8', 'image/*', '../png', 'image/png\n'])('refuses %j', (value) => {
    expect(mediaType().safeParse(value).success).toBe(false);
  });

  it('of a family refuses the others', () => {
    expect(mediaType('image').safeParse('image/png').success).toBe(true);
    expect(mediaType('image').safeParse('video/mp4').success).toBe(false);
  });
});
