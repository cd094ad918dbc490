import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Name and password of a user. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

const login = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** Reads `{"username", "password"}`; `undefined` when the text is something else. Never echoes it. */
export function parseLogin(text: string): Login | undefined {
  try {
    return login.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Path of a file with {@link Login}. The value stays the path, since the file may change. */
export function loginFile(): z.ZodType<string, string | undefined> {
  return z.string().superRefine((path, context) => {
    const text = readOr(path, (problem) => context.addIssue(problem));
    if (text !== undefined && parseLogin(text) === undefined) context.addIssue('must hold JSON with username and password');
  });
}

/** Path of a PEM file with certificates; the value is its text. */
export function pemFile(): z.ZodType<string, string | undefined> {
  return z.string().transform((path, context) => {
    const text = readOr(path, (problem) => context.addIssue(problem));
    if (text !== undefined && !isCertificate(text)) context.addIssue('must hold certificates in PEM form');
    return text ?? '';
  });
}

function readOr(path: string, refuse: (problem: string) => void): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    refuse(`names a file that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    return undefined;
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== '';
  } catch {
    return false;
  }
}
