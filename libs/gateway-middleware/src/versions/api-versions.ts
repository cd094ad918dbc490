import { AppError } from '@caas/runtime';
import { type Deprecation } from './deprecation.js';

/** A version of the API that this gateway serves. */
export interface ApiVersion {
  /** `v1`: the first segment of its paths. */
  readonly name: string;
  readonly deprecated?: Deprecation;
}

const PATH_VERSION = /^\/(v\d+)(?=\/|$)/;
const HEADER_VERSION = /^v?(\d{1,4})$/;
const ACCEPTED_VERSION = /application\/vnd\.caas\.v(\d{1,4})\+json/i;

/** The version that a path names. */
export function versionOfPath(path: string): string | undefined {
  return PATH_VERSION.exec(path)?.[1];
}

/** What the headers of a request ask for. */
export interface AskedVersions {
  /** As `X-API-Version` says, or the text itself when it names none. */
  readonly header: string | undefined;
  readonly accepted: string | undefined;
}

/** Reads `X-API-Version` (`v1` or `1`) and `Accept: application/vnd.caas.v1+json`. */
export function askedVersions(headers: Readonly<Record<string, string | string[] | undefined>>): AskedVersions {
  const header = headers['x-api-version'];
  const accepted = ACCEPTED_VERSION.exec(String(headers['accept'] ?? ''))?.[1];
  return {
    header: header === undefined ? undefined : normalized(String(header)),
    accepted: accepted === undefined ? undefined : `v${accepted}`,
  };
}

function normalized(text: string): string {
  const digits = HEADER_VERSION.exec(text.trim())?.[1];
  return digits === undefined ? text : `v${digits}`;
}

/** The media type that a caller asked for by version, which the answer then has. */
export function vendorType(version: string): string {
  return `application/vnd.caas.${version}+json; charset=utf-8`;
}

/** The versions of this gateway, and which one a request gets. */
export class ApiVersions {
  readonly names: readonly string[];
  readonly fallback: string;

  /** Throws `TypeError` when the version for those who ask for none is not among the others. */
  constructor(versions: readonly ApiVersion[], fallback: string) {
    this.names = versions.map(({ name }) => name);
    this.fallback = fallback;
    if (!this.names.includes(fallback)) throw new TypeError(`the default version ${fallback} is none of ${this.names.join(', ')}`);
  }

  /** For a path without a version: what the headers ask for, if it exists; else the default, and {@link check} refuses behind. */
  negotiate({ header, accepted }: AskedVersions): string {
    return [header, accepted].find((asked) => asked !== undefined && this.names.includes(asked)) ?? this.fallback;
  }

  /** Throws when the headers ask for another version than the one that answers. */
  check(answering: string, { header, accepted }: AskedVersions): void {
    if (header !== undefined && header !== answering) throw this.names.includes(header) ? conflict(answering, header) : this.unsupported();
    if (header === undefined && accepted !== undefined && accepted !== answering) {
      throw new AppError('VER_NOT_ACCEPTABLE', `Accept asks for ${accepted}, which does not answer here.`, {
        details: { supported: this.names },
      });
    }
  }

  unsupported(): AppError {
    return new AppError('VER_UNSUPPORTED', 'There is no such version of the API.', { details: { supported: this.names } });
  }
}

function conflict(path: string, header: string): AppError {
  return new AppError('VER_CONFLICT', `The path asks for ${path} and X-API-Version for ${header}.`);
}
