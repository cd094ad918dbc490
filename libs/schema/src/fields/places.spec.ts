import { describe, expect, it } from '@jest/globals';
import { type z } from 'zod';
import { country, currency, language, phone, postalAddress, timeZone } from './places.js';

const accepts = (field: z.ZodType, value: unknown): boolean => field.safeParse(value).success;
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

describe('country', () => {
  it('takes the 249 assigned codes, each of which has a name', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).filter((code) => accepts(country(), code));

    expect(codes).toHaveLength(249);
    expect(codes.filter((code) => names.of(code) === undefined)).toEqual([]);
  });

  it.each(['XX', 'EU', 'UK', 'ch', 'CHE', 'CH\n'])('refuses %j', (value) => {
    expect(accepts(country(), value)).toBe(false);
  });
});

describe('currency', () => {
  it('takes codes that have a name, the large currencies among them', () => {
    const names = new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' });
    const known = Intl.supportedValuesOf('currency').filter((code) => accepts(currency(), code));

    expect(known.length).toBeGreaterThanOrEqual(150);
    expect(known.filter((code) => names.of(code) === undefined)).toEqual([]);
    expect(['USD', 'EUR', 'CHF', 'JPY', 'GBP', 'CNY', 'INR', 'BRL'].filter((code) => !accepts(currency(), code))).toEqual([]);
  });

  it.each(['XAU', 'XXX', 'DEM', 'usd', 'US', 'USDT'])('refuses %s', (value) => {
    expect(accepts(currency(), value)).toBe(false);
  });
});

describe('timeZone', () => {
  it('takes every zone that this machine knows', () => {
    const zones = ['UTC', 'Etc/GMT+12', 'America/Argentina/ComodRivadavia', ...Intl.supportedValuesOf('timeZone')];

    expect(zones.filter((zone) => !accepts(timeZone(), zone))).toEqual([]);
  });

  it.each(['', 'europe/zurich', 'Europe/', '../etc/passwd', '+01:00', 'A/B/C/D'])('refuses %j', (value) => {
    expect(accepts(timeZone(), value)).toBe(false);
  });
});

describe('language', () => {
  it.each(['de', 'de-CH', 'zh-Hant-TW', 'es-419', 'gsw'])('takes %s, as Intl spells it', (value) => {
    expect(accepts(language(), value)).toBe(true);
    expect(Intl.getCanonicalLocales(value)).toEqual([value]);
  });

  it.each(['DE', 'de_CH', 'de-ch', 'deutsch', 'd', 'de-'])('refuses %s', (value) => {
    expect(accepts(language(), value)).toBe(false);
  });
});

describe('phone', () => {
  it.each([
    ['+41445550100', true],
    ['+123456789012345', true],
    ['+1234567890123456', false],
    ['+0445550100', false],
    ['0041445550100', false],
    ['+41 44 555 01 00', false],
    ['+12345', false],
  ])('%s', (value, good) => {
    expect(accepts(phone(), value)).toBe(good);
  });
});

describe('postalAddress', () => {
  const address = { line1: 'Main Street 1', line2: null, city: 'Zurich', state: null, postal_code: '8001', country: 'CH' };

  it('needs a line, a city and a country', () => {
    expect(accepts(postalAddress(), address)).toBe(true);
    for (const field of ['line1', 'city', 'country']) expect(accepts(postalAddress(), { ...address, [field]: '' })).toBe(false);
  });
});
