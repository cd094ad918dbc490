import { z } from 'zod';
import { ruleCheck } from '../rules.js';
import { text } from './text.js';

const formatted = (
  format: 'email' | 'uri' | 'date-time',
  pattern: RegExp,
  { max, message }: { max: number; message: string },
): z.ZodString =>
  text({ max })
    .regex(pattern, message)
    .check(ruleCheck<string>({ kind: 'format', format }, () => undefined));

const emailPattern = (letters: string): RegExp => {
  const local = `[${letters}0-9!#$%&'*+\\/=?^_\`{|}~\\-]`;
  const label = `[${letters}0-9](?:[${letters}0-9\\-]{0,61}[${letters}0-9])?`;
  return new RegExp(`^(?=[^@]{1,64}@)${local}+(?:\\.${local}+)*@(?:${label}\\.)+[${letters}]{2,63}$`, 'u');
};
const CANONICAL_EMAIL = emailPattern('a-z');
const ANY_EMAIL = emailPattern('A-Za-z');

/** How an e-mail address may be written. */
export interface EmailOptions {
  /** Accept capital letters: for requests, whose handler stores {@link normalizeEmail} of it. Documents and events hold the lower-case form. */
  anyCase?: boolean;
}

/** An e-mail address of ASCII letters, at most 254 characters, lower case unless `anyCase` is given. */
export const email = ({ anyCase = false }: EmailOptions = {}): z.ZodString =>
  formatted('email', anyCase ? ANY_EMAIL : CANONICAL_EMAIL, {
    max: 254,
    message: anyCase ? 'must be an e-mail address' : 'must be an e-mail address in lower case',
  });

/** The one stored spelling of an e-mail address: trimmed and lower case. */
export const normalizeEmail = (value: string): string => value.trim().toLowerCase();

const authorityPattern = (): string => {
  const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
  const label = '[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?';
  const top = '[A-Za-z](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?';
  const host = `(?:${octet}(?:\\.${octet}){3}|(?:${label}\\.)*${top})`;
  const port = '(?::(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4}))?';
  return `${host}${port}`;
};
const urlPattern = (scheme: string): RegExp => {
  const character = (more: string): string => `(?:[A-Za-z0-9\\-._~!$&'()*+,;=:@${more}]|%[0-9A-Fa-f]{2})*`;
  return new RegExp(
    `^${scheme}:\\/\\/${authorityPattern()}(?:\\/${character('\\/')})?(?:\\?${character('\\/?')})?(?:#${character('\\/?')})?$`,
    'u',
  );
};
const HTTP_URL = urlPattern('https?');
const HTTPS_URL = urlPattern('https');
const WEB_ORIGIN = new RegExp(`^https?:\\/\\/${authorityPattern()}$`, 'u');

/** Which schemes a URL may have. */
export interface HttpUrlOptions {
  httpsOnly?: boolean;
}

/**
 * An absolute http(s) URL of ASCII characters (RFC 3986), at most 2 048 of them, scheme in lower case. Refuses user names and passwords in
 * the URL and IPv6 literals. Says nothing about where it points to: whoever fetches it guards against private addresses.
 */
export const httpUrl = ({ httpsOnly = false }: HttpUrlOptions = {}): z.ZodString =>
  formatted('uri', httpsOnly ? HTTPS_URL : HTTP_URL, {
    max: 2048,
    message: httpsOnly ? 'must be an absolute https URL' : 'must be an absolute http or https URL',
  });

/** What a browser sends as `Origin` (RFC 6454): scheme, host and port, no path. At most 255 characters. */
export const webOrigin = (): z.ZodString => text({ max: 255 }).regex(WEB_ORIGIN, 'must be an origin such as https://app.example.com');

/** A colour as CSS writes it with six hexadecimal digits, lower case. */
export const hexColor = (): z.ZodString => z.string().regex(/^#[0-9a-f]{6}$/u, 'must be a colour such as #1a2b3c');

const DAY =
  '(?:(?:[0-9]{2}[2468][048]|[0-9]{2}[13579][26]|[0-9]{2}0[48]|[02468][048]00|[13579][26]00)-02-29|[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])))';
const TIME = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+\\-](?:[01][0-9]|2[0-3]):[0-5][0-9])';
const DATE_TIME = new RegExp(`^${DAY}T${TIME}$`, 'u');

/** An instant as RFC 3339 text with seconds and an offset, for requests and answers only. Documents use `bsonDate`, events `timestampMs`. */
export const dateTime = (): z.ZodString =>
  formatted('date-time', DATE_TIME, { max: 35, message: 'must be a date and time as in RFC 3339' });
