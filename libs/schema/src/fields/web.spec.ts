import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dateTime, email, hexColor, httpUrl, normalizeEmail, webOrigin } from './web.js';

describe('email', () => {
  it.each(['ada@example.com', "o'neil+list@mail.example.co.uk", `${'a'.repeat(64)}@example.com`])('accepts %s', (value) => {
    expect(email().safeParse(value).success).toBe(true);
  });

  it.each([
    'Ada@example.com',
    'ada@localhost',
    'ada@example',
    'a..b@example.com',
    '.a@example.com',
    'a@-example.com',
    'a@example.c',
    'ä@example.com',
    'a b@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(63)}.${'b'.repeat(63)}.${'b'.repeat(63)}.${'b'.repeat(60)}.com`,
    ' a@example.com',
    'a@example.com\n',
    '@example.com',
    'a@b@example.com',
  ])('refuses %j', (value) => {
    expect(email().safeParse(value).success).toBe(false);
  });

  it('accepts capitals where a request may have them, and normalizes them', () => {
    expect(email({ anyCase: true }).safeParse('Ada@Example.COM').success).toBe(true);
    expect(email().safeParse(normalizeEmail(' Ada@Example.COM ')).success).toBe(true);
  });
});

describe('httpUrl', () => {
  it('accepts only what the URL parser of browsers accepts', () => {
    const anyUrl = fc.webUrl({ withFragments: true, withQueryParameters: true, validSchemes: ['http', 'https'] });
    fc.assert(
      fc.property(
        fc.oneof(
          anyUrl,
          fc.string().map((tail) => `https://${tail}`),
        ),
        (value) => {
          fc.pre(httpUrl().safeParse(value).success);

          expect(new URL(value).protocol).toMatch(/^https?:$/u);
          expect(new URL(value).username).toBe('');
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('accepts ordinary URLs', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'], authoritySettings: { withPort: true } }), (value) => {
        expect(httpUrl({ httpsOnly: true }).safeParse(value).error).toBeUndefined();
      }),
    );
  });

  it.each([
    'http://example.com',
    'HTTPS://example.com',
    'https://',
    'https://user:pw@example.com',
    'https://[::1]/',
    'https://999.1.1.1/',
    'https://1.2.3/',
    'https://example.com:65536/',
    'https://example.com/ä',
    'https://example.com/%zz',
    'https://example.com/#a#b',
    'javascript:alert(1)',
    '//example.com',
    `https://example.com/${'a'.repeat(2048)}`,
  ])('refuses %s where https is asked for', (value) => {
    expect(httpUrl({ httpsOnly: true }).safeParse(value).success).toBe(false);
  });
});

describe('webOrigin', () => {
  it.each(['https://app.example.com', 'http://localhost:3000', 'https://192.0.2.1'])('accepts %s, as a browser writes it', (value) => {
    expect(webOrigin().safeParse(value).success).toBe(true);
    expect(new URL(value).origin).toBe(value);
  });

  it.each(['*', 'null', 'https://example.com/', 'https://example.com/a', 'ws://example.com', 'example.com', 'https://a@example.com'])(
    'refuses %s',
    (value) => {
      expect(webOrigin().safeParse(value).success).toBe(false);
    },
  );
});

describe('hexColor', () => {
  it.each([
    ['#1a2b3c', true],
    ['#1A2B3C', false],
    ['#abc', false],
    ['red', false],
    ['#1a2b3c;}', false],
  ])('%s', (value, good) => {
    expect(hexColor().safeParse(value).success).toBe(good);
  });
});

describe('dateTime', () => {
  it('accepts what JavaScript writes', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') }),
        (date) => {
          expect(dateTime().safeParse(date.toISOString()).error).toBeUndefined();
        },
      ),
    );
  });

  it.each(['2024-02-29T00:00:00Z', '2000-02-29T23:59:59.123456789-23:59'])('accepts %s', (value) => {
    expect(dateTime().safeParse(value).success).toBe(true);
  });

  it.each([
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2023-04-31T00:00:00Z',
    '2023-01-01T24:00:00Z',
    '2023-01-01T00:00:60Z',
    '2023-01-01T00:00:00',
    '2023-01-01T00:00Z',
    '2023-01-01 00:00:00Z',
    '2023-01-01T00:00:00+0100',
    '2023-01-01',
    '2023-01-01T00:00:00.Z',
  ])('refuses %s', (value) => {
    expect(dateTime().safeParse(value).success).toBe(false);
  });
});
