import { setTimeout as pause } from 'node:timers/promises';
import { AppError, ConflictError, InternalError, UnavailableError } from '@caas/runtime';
import { type RegisteredSchema, type RegistryClient, type SchemaVersion } from './types.js';

export interface HttpRegistryOptions {
  /** Base address of the Confluent API. */
  readonly url: string;
  readonly auth?: { readonly username: string; readonly password: string };
  /** Per request, in milliseconds. */
  readonly timeoutMs: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const TRIES = 3;
const PAUSE_MS = 200;
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';

/**
 * The Confluent API over HTTP. The Node client for it compiles every schema a second time and keeps the source to itself, which the
 * compiled codecs need; it also lacks compatibility settings and checks. Network failures and 5xx answers are tried three times.
 */
export class HttpRegistry implements RegistryClient {
  readonly #options: HttpRegistryOptions;
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(options: HttpRegistryOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, '');
    this.#headers = registryHeaders(options.auth);
  }

  async register(subject: string, schema: RegisteredSchema): Promise<number> {
    const answer = await this.#call('POST', `/subjects/${encodeURIComponent(subject)}/versions`, bodyOf(schema));
    if (answer.status === 409) {
      throw new ConflictError(
        `The schema of ${subject} is not compatible with the registered ones: ${await this.#reasons(subject, schema, answer)}`,
      );
    }
    return idIn(expectOk(answer, `register ${subject}`));
  }

  async lookup(subject: string, schema: RegisteredSchema): Promise<number | undefined> {
    const answer = await this.#call('POST', `/subjects/${encodeURIComponent(subject)}`, bodyOf(schema));
    return answer.status === 404 ? undefined : idIn(expectOk(answer, `look up ${subject}`));
  }

  async byId(id: number): Promise<RegisteredSchema | undefined> {
    const answer = await this.#call('GET', `/schemas/ids/${id}`);
    if (answer.status === 404) return undefined;
    return schemaIn(expectOk(answer, `give schema ${id}`) as SchemaBody);
  }

  async setCompatibility(subject: string, compatibility: string): Promise<void> {
    const path = `/config/${encodeURIComponent(subject)}`;
    const present = await this.#call('GET', path);
    if (present.status === 200 && (present.body as { compatibilityLevel?: string }).compatibilityLevel === compatibility) return;
    expectOk(await this.#call('PUT', path, { compatibility }), `set the compatibility of ${subject}`);
  }

  async compatibilityOf(subject: string): Promise<string | undefined> {
    const answer = await this.#call('GET', `/config/${encodeURIComponent(subject)}`);
    if (answer.status === 404) return undefined;
    return (expectOk(answer, `tell the compatibility of ${subject}`) as { compatibilityLevel?: string }).compatibilityLevel;
  }

  async version(subject: string, version: number | 'latest'): Promise<SchemaVersion | undefined> {
    const answer = await this.#call('GET', `/subjects/${encodeURIComponent(subject)}/versions/${version}`);
    if (answer.status === 404) return undefined;
    const found = expectOk(answer, `give version ${version} of ${subject}`) as { version: number; id: number } & SchemaBody;
    return { version: found.version, id: found.id, schema: schemaIn(found) };
  }

  async check(subject: string, schema: RegisteredSchema): Promise<readonly string[]> {
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions/latest?verbose=true`;
    const answer = await this.#call('POST', path, bodyOf(schema));
    if (answer.status === 404) return [];
    const { is_compatible: isCompatible, messages = [] } = expectOk(answer, `compare ${subject}`) as CompatibilityBody;
    if (isCompatible === true) return [];
    return messages.length > 0 ? messages : ['it says no more than that'];
  }

  async subjects(): Promise<readonly string[]> {
    return (expectOk(await this.#call('GET', '/subjects'), 'list its subjects') as string[]).toSorted();
  }

  async deleteSubject(subject: string): Promise<void> {
    const answer = await this.#call('DELETE', `/subjects/${encodeURIComponent(subject)}`);
    if (answer.status !== 404) expectOk(answer, `delete ${subject}`);
  }

  async ping(): Promise<void> {
    expectOk(await this.#call('GET', '/config'), 'answer');
  }

  /** Why the registry refuses, in its own words; the refusal itself is often without any. */
  async #reasons(subject: string, schema: RegisteredSchema, refusal: Answer): Promise<string> {
    const reasons = await this.check(subject, schema).catch(() => []);
    return reasons.length > 0 ? reasons.join('; ') : messageIn(refusal);
  }

  async #call(method: string, path: string, body?: unknown): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#once(method, path, body);
        if (answer.status < 500 && answer.status !== 429) return answer;
        throw unavailable(`it answered ${answer.status}: ${messageIn(answer)}`);
      } catch (error) {
        if (attempt === TRIES) throw error instanceof AppError ? error : unavailable((error as Error).message, error);
        await pause(PAUSE_MS * attempt);
      }
    }
  }

  async #once(method: string, path: string, body: unknown): Promise<Answer> {
    const response = await fetch(this.#base + path, {
      method,
      headers: this.#headers,
      signal: AbortSignal.timeout(this.#options.timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    try {
      return { status: response.status, body: JSON.parse(text) as unknown };
    } catch {
      return { status: response.status, body: { message: text.slice(0, 200) } };
    }
  }
}

/** Headers of every request: what is spoken, and who asks. */
export function registryHeaders(auth?: { readonly username: string; readonly password: string }): Record<string, string> {
  const token = auth === undefined ? undefined : Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  return {
    accept: CONTENT_TYPE,
    'content-type': CONTENT_TYPE,
    ...(token === undefined ? {} : { authorization: `Basic ${token}` }),
  };
}

/** Confluent takes a missing `schemaType` for Avro, and older registries know no other way to say it. */
const bodyOf = ({ type, text }: RegisteredSchema): object => (type === 'AVRO' ? { schema: text } : { schema: text, schemaType: type });

interface SchemaBody {
  readonly schema: string;
  readonly schemaType?: string;
}
interface CompatibilityBody {
  readonly is_compatible?: boolean;
  readonly messages?: readonly string[];
}

const schemaIn = ({ schema, schemaType }: SchemaBody): RegisteredSchema => ({
  type: schemaType === 'JSON' ? 'JSON' : 'AVRO',
  text: schema,
});

const messageIn = ({ status, body }: Answer): string => (body as { message?: string } | null)?.message ?? `status ${status}`;

const unavailable = (why: string, cause?: unknown): UnavailableError =>
  new UnavailableError(`The schema registry is unavailable: ${why}`, {
    cause,
    details: { reason: 'REGISTRY_UNAVAILABLE', retryAfterSeconds: 1 },
  });

function expectOk(answer: Answer, doing: string): unknown {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw new InternalError(`The schema registry did not ${doing}: ${messageIn(answer)}`);
}

function idIn(body: unknown): number {
  const { id } = body as { id?: unknown };
  if (typeof id !== 'number') throw new InternalError('The schema registry answered without an id.');
  return id;
}
