import { type FieldIssue, ValidationError } from '@caas/runtime';
import { compileValidator, type Issue } from '@caas/schema';
import { type RouteDefinition } from '../routes/define-route.js';
import { type Shape } from '../routes/route-types.js';
import { compileCoercion, compileDefaults } from './fill-and-coerce.js';

/** Fastify's contract: `false` when valid, the replaced value, or the error that answers the request. */
type PartValidator = (data: unknown) => false | { value: unknown } | { error: ValidationError };

/** Compiled validators of a route, by Fastify's names of the parts. zod does not run in here. */
export type RouteValidators = Readonly<Partial<Record<'params' | 'querystring' | 'headers' | 'body', PartValidator>>>;

export function compileRouteValidators({ shapes }: RouteDefinition): RouteValidators {
  return {
    ...(shapes.params && { params: validateText(shapes.params, 'params') }),
    ...(shapes.query && { querystring: validateText(shapes.query, 'query') }),
    ...(shapes.headers && { headers: validateHeaders(shapes.headers) }),
    ...(shapes.body && { body: validateBody(shapes.body) }),
  };
}

function validateBody(shape: Shape): PartValidator {
  const fill = compileDefaults(shape);
  const validate = compileValidator(shape);
  return (data) => {
    fill?.(data);
    const result = validate(data);
    return result.ok ? false : { error: refusal('body', result.issues) };
  };
}

function validateText(shape: Shape, part: 'params' | 'query'): PartValidator {
  const coerce = compileCoercion(shape);
  const validate = compileValidator(shape);
  return (data) => {
    coerce(data as Record<string, unknown>);
    const result = validate(data);
    return result.ok ? false : { error: refusal(part, result.issues) };
  };
}

/** Sees only the headers that the route names, on a copy: the others belong to the steps before. */
function validateHeaders(shape: Shape): PartValidator {
  const coerce = compileCoercion(shape);
  const validate = compileValidator(shape, { unknownFields: 'ignore' });
  return (data) => {
    const copy = { ...(data as Record<string, unknown>) };
    coerce(copy);
    const result = validate(copy);
    return result.ok ? { value: copy } : { error: refusal('headers', result.issues) };
  };
}

/** An error that names the fields by JSON pointers with their source in front. */
function refusal(part: 'params' | 'query' | 'headers' | 'body', issues: readonly Issue[]): ValidationError {
  const prefixed: FieldIssue[] = issues.map(({ pointer, code, message, params }) => ({
    field: `/${part}${pointer}`,
    code,
    message,
    ...(params === undefined ? {} : { params }),
  }));
  return new ValidationError(prefixed, { code: part === 'params' ? 'VAL_ID_FORMAT' : 'VAL_FAILED' });
}
