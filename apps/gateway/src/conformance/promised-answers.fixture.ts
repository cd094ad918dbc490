import { type RouteDefinition } from '@caas/gateway-middleware';
import { ERROR_CATALOGUE, type ErrorCode } from '@caas/runtime';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type LiveAnswer, type LiveRequest } from './live-gateway.fixture.js';

const DOCUMENT = 'openapi';
const PROBLEM = 'application/problem+json; charset=utf-8';
/** Of a version, if it was asked for. */
const JSON_TYPE = /^application\/(?:vnd\.caas\.v1\+)?json; charset=utf-8$/;
/** What every answer carries. */
const ALWAYS = ['x-request-id', 'x-content-type-options', 'content-security-policy', 'referrer-policy', 'cache-control'];

interface Response {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Readonly<Record<string, unknown>>;
}
interface Operation {
  readonly responses: Readonly<Record<string, Response>>;
}

/** Holds answers against what the OpenAPI document promises. */
export class PromisedAnswers {
  readonly #document: Readonly<Record<string, unknown>>;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Readonly<Record<string, unknown>>) {
    this.#document = document;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, DOCUMENT);
  }

  /** What is wrong with an answer of this route, whatever it was asked; empty when it is as promised. */
  faultsOf(route: RouteDefinition, request: LiveRequest, answer: LiveAnswer): string[] {
    const { status, headers } = answer;
    const response = this.#responseOf(route, status);
    if (response === undefined) return [`${status} ${codeOf(answer)} is not documented`];
    const missing = ALWAYS.filter((name) => headers[name] === undefined).map((name) => `lacks ${name}`);
    return [...missing, ...(status >= 400 ? this.#problemFaults(response, request, answer) : this.#bodyFaults(route, response, answer))];
  }

  #responseOf({ method, path }: RouteDefinition, status: number): Response | undefined {
    const template = path.replace(/:([a-z0-9_]+)/g, '{$1}');
    const { paths, components } = this.#document as {
      paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
      components: { responses: Readonly<Record<string, Response>> };
    };
    const response = paths[template]?.[method.toLowerCase()]?.responses[String(status)];
    const name = response?.$ref?.split('/').at(-1);
    return name === undefined ? response : components.responses[name];
  }

  #problemFaults({ description = '' }: Response, { path }: LiveRequest, { status, headers, body = {} }: LiveAnswer): string[] {
    const code = String(body['code']);
    const entry = ERROR_CATALOGUE[code as ErrorCode] as (typeof ERROR_CATALOGUE)[ErrorCode] | undefined;
    const isReplay = headers['idempotent-replayed'] !== undefined; // as the first request was answered
    const expected: [string, boolean][] = [
      [`${code} is not documented for ${status}`, description.includes(`\`${code}\``)],
      [`${code} is not ${status}`, entry?.status === status && body['status'] === status && body['title'] === entry.title],
      ['is no problem document', headers['content-type'] === PROBLEM],
      ['names another request', isReplay || (body['request_id'] === headers['x-request-id'] && body['instance'] === path.split('?', 1)[0])],
      ['lacks www-authenticate', status !== 401 || headers['www-authenticate'] !== undefined],
      ['lacks retry-after', (status !== 429 && status !== 503) || Number(headers['retry-after']) >= 1],
    ];
    return [...expected.flatMap(([fault, holds]) => (holds ? [] : [fault])), ...this.#schemaFaults('#/components/schemas/Problem', body)];
  }

  #bodyFaults({ method, path }: RouteDefinition, { content }: Response, { status, headers, body, text }: LiveAnswer): string[] {
    if (content === undefined) return text === '' ? [] : [`${status} has a body`];
    if (!JSON_TYPE.test(String(headers['content-type']))) return [`${status} is ${String(headers['content-type'])}`];
    const pointer = [
      path.replace(/:([a-z0-9_]+)/g, '{$1}'),
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      'application/json',
      'schema',
    ];
    return this.#schemaFaults(
      `#/paths/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`,
      body,
    );
  }

  #schemaFaults(pointer: string, body: unknown): string[] {
    let validate = this.#validators.get(pointer);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `${DOCUMENT}${pointer}` });
      this.#validators.set(pointer, validate);
    }
    if (validate(body)) return [];
    return (validate.errors ?? [])
      .slice(0, 3)
      .map(({ instancePath, message = '' }) => `${instancePath === '' ? 'the body' : instancePath} ${message}`);
  }
}

/** The code of a problem, for texts. */
export const codeOf = ({ body }: LiveAnswer): string => (typeof body?.['code'] === 'string' ? body['code'] : '');
