import { describe, expect, it } from '@jest/globals';
import { text, z } from '@caas/schema';
import { CORPUS } from './corpus.fixture.js';
import { KINDS_EVERYWHERE } from './kinds.fixture.js';
import { expectRenderingsAgree, renderingsOf } from './expect-renderings-agree.js';

describe.each(Object.entries(CORPUS))('%s', (_name, { schema, dialects, good, bad }) => {
  const { isGood, disagreement } = renderingsOf(schema, dialects);

  it.each(Object.entries(good))('is good %s', (_reason, document) => {
    expect(isGood(document)).toBe(true);
    expect(disagreement(document)).toBeUndefined();
  });

  it.each(Object.entries(bad))('is bad with %s', (_reason, document) => {
    expect(isGood(document)).toBe(false);
    expect(disagreement(document)).toBeUndefined();
  });

  it('means the same in every dialect on generated documents', () => {
    expectRenderingsAgree(schema, { dialects, runs: 1000 });
  }, 60_000);
});

describe('expectRenderingsAgree', () => {
  const refusing = (schema: z.ZodType): z.ZodType =>
    Object.assign(schema.clone(), { safeParse: () => ({ success: false, error: { issues: [{ code: 'too_big' }] } }) });

  it('reports a rendering that accepts what zod refuses', () => {
    const schema = refusing(z.strictObject({ name: text({ max: 5 }) }));

    expect(() => expectRenderingsAgree(schema, { dialects: [] })).toThrow(/validator accepts/u);
  });

  it('reports a dialect that cannot say the schema', () => {
    const schema = z.strictObject({ name: text().nullish() });

    expect(() => expectRenderingsAgree(schema, { dialects: ['avro'] })).toThrow(/\/name cannot be rendered \(avro\)/u);
  });
});

describe('every place of a field', () => {
  it.each(KINDS_EVERYWHERE)(
    'means the same in every dialect with $name',
    ({ schema, dialects }) => {
      expectRenderingsAgree(schema, { dialects, runs: 150 });
    },
    30_000,
  );
});
