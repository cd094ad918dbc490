import { afterEach, describe, expect, it } from '@jest/globals';
import { dateTime, freeForm, httpUrl, int64, recordOf, text, z } from '@caas/schema';
import { aGateway, anEchoRoute, aRequest, closeGateways } from '../gateway/gateway.fixture.js';

afterEach(closeGateways);

const picture = z.strictObject({ kind: z.literal('picture'), url: httpUrl(), alt: text({ max: 100 }).nullable() });
const words = z.strictObject({ kind: z.literal('words'), text: text({ max: 100 }) });

const emoji = text({ min: 1, max: 8 }).regex(/^[!-~\u{1f300}-\u{10ffff}]{1,8}$/u);

const answer = z.strictObject({
  count: int64(),
  at: dateTime(),
  url: httpUrl().nullable(),
  content: z.discriminatedUnion('kind', [picture, words]),
  preview: z.discriminatedUnion('kind', [picture, words]).nullable(),
  parts: z.array(z.discriminatedUnion('kind', [picture, words])).max(5),
  metadata: freeForm(),
  extra: freeForm().nullable(),
  totals: recordOf(int64(), { maxKeys: 5 }),
  mine: z.array(emoji).max(5),
  votes: recordOf(int64(), { key: emoji, maxKeys: 5 }),
  author: z.strictObject({ name: text({ max: 20 }) }).nullable(),
  note: text({ max: 10 }).optional(),
});

async function served(body: z.output<typeof answer>): Promise<unknown> {
  const route = anEchoRoute({ responses: { 201: answer }, handler: (() => ({ status: 201, body })) as never });
  const { gateway } = await aGateway({ routes: [route] });
  return (await gateway.inject(aRequest)).json();
}

const full: z.output<typeof answer> = {
  count: 9_007_199_254_740_991,
  at: '2026-01-02T03:04:05.006Z',
  url: 'https://example.com/?q="quoted"'.replaceAll('"', '%22'),
  content: { kind: 'picture', url: 'https://example.com/a.png', alt: null },
  preview: { kind: 'words', text: 'said "so"\n' },
  parts: [
    { kind: 'words', text: '' },
    { kind: 'picture', url: 'https://example.com/b.png', alt: '😀' },
  ],
  metadata: { any: ['thing', { deep: true, n: 1.5 }], none: null },
  extra: { a: 1 },
  totals: { seen: 3 },
  mine: ['👍'],
  votes: { '👍': 2, yes: 1 },
  author: { name: 'Ada' },
  note: 'x',
};

describe('serialization', () => {
  it('writes every kind of shape as it is', async () => {
    expect(await served(full)).toEqual(full);
  });

  it('writes null and leaves out what is absent', async () => {
    const { note: _note, ...rest } = full;
    const sparse = { ...rest, url: null, preview: null, extra: null, author: null, parts: [], totals: {}, metadata: {} };

    expect(await served(sparse)).toEqual(sparse);
  });

  it('drops what a shape does not name, at every level and in every branch', async () => {
    const leaky = {
      ...full,
      password: 'x',
      author: { name: 'Ada', email: 'x' },
      content: { ...full.content, internal: 'x' },
      preview: { kind: 'words', text: 'a', internal: 'x' },
      parts: [{ kind: 'words', text: 'a', internal: 'x' }],
    } as unknown as z.output<typeof answer>;

    expect(await served(leaky)).toEqual({ ...full, parts: [{ kind: 'words', text: 'a' }], preview: { kind: 'words', text: 'a' } });
  });

  it('escapes text even where a format says that it needs none', async () => {
    const hostile = { ...full, at: '2026"},"admin":true,"x":{"' };

    expect(await served(hostile)).toEqual(hostile);
  });
});
