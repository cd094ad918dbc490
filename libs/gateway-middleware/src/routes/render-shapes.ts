import { toJsonSchema, type JsonSchema } from '@caas/schema';
import { type ResponseShapes, type Shape } from './route-types.js';

/** The shapes of a route as JSON Schema: input in draft-07, answers in 2020-12, which names the discriminators of unions. */
export interface RenderedShapes {
  readonly params?: JsonSchema;
  readonly query?: JsonSchema;
  readonly headers?: JsonSchema;
  readonly body?: JsonSchema;
  /** By status; absent for answers without a body. */
  readonly responses: Readonly<Record<number, JsonSchema>>;
}

/** Renders what comes in as input and what goes out as output. Throws `UnrepresentableError` naming the field. */
export function renderShapes(shapes: {
  readonly params?: Shape;
  readonly query?: Shape;
  readonly headers?: Shape;
  readonly body?: Shape;
  readonly responses: ResponseShapes;
}): RenderedShapes {
  const { params, query, headers, body, responses } = shapes;
  return {
    ...(params && { params: input(params) }),
    ...(query && { query: input(query) }),
    ...(headers && { headers: openToOthers(input(headers)) }),
    ...(body && { body: input(body) }),
    responses: Object.fromEntries(
      Object.entries(responses).flatMap(([status, shape]) =>
        shape === null ? [] : [[Number(status), toJsonSchema(shape, { dialect: '2020-12', io: 'output' })]],
      ),
    ),
  };
}

const input = (shape: Shape): JsonSchema => toJsonSchema(shape, { dialect: 'draft-07', io: 'input' });

/** A route reads the headers it names; the many others of a request are none of its business. */
function openToOthers(schema: JsonSchema): JsonSchema {
  return { ...schema, additionalProperties: true };
}
