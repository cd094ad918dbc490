import { isDeepStrictEqual } from 'node:util';
import { compileAvro, compileValidator, toBsonSchema, toJsonSchema, type z } from '@caas/schema';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { bsonAccepts } from './bson-accepts.js';
import { doubtfulDocumentArbitrary, documentArbitrary } from './document-arbitrary.js';

/** A rendering that is compared with zod. The compiled validator is always compared. */
export type RenderedDialect = 'bson' | 'json' | 'avro';

/** What to compare, and how long. */
export interface AgreementOptions {
  /** The dialects that the schema is used in. Naming one that cannot say the schema fails. */
  dialects: readonly RenderedDialect[];
  /** Documents a kind (good, doubtful). The default is 200. */
  runs?: number;
}

/** zod's verdict on one document. */
interface Verdict {
  document: unknown;
  isGood: boolean;
  /** The document with its defaults filled in, when it is good. */
  stored: unknown;
  issues: readonly z.core.$ZodIssue[];
}

/** Says what disagrees with the verdict; undefined when nothing does. */
type Comparison = (verdict: Verdict) => string | undefined;

const LONE_SURROGATE = /\p{Surrogate}/u;
const ruleOf = (issue: z.core.$ZodIssue): unknown => (issue.code === 'custom' ? issue.params?.rule : undefined);

/** Whether published schemas may overlook an issue: they can say neither the inside of free-form objects nor the number of bytes. */
const isGap = (issue: z.core.$ZodIssue): boolean => ['free-form', 'bytes'].includes(String(ruleOf(issue)));

/** JSON Schema has no word for lone surrogates; MongoDB never sees one. */
const isJsonGap = (document: unknown): boolean => {
  if (typeof document === 'string') return LONE_SURROGATE.test(document);
  return (
    typeof document === 'object' &&
    document !== null &&
    Object.entries(document).some(([name, value]) => LONE_SURROGATE.test(name) || isJsonGap(value))
  );
};

const compareValidator = (schema: z.ZodType): Comparison => {
  const validate = compileValidator(schema);
  return ({ document, isGood }) => {
    const result = validate(document);
    if (result.ok !== isGood) return `the compiled validator ${result.ok ? 'accepts' : `refuses: ${JSON.stringify(result.issues)}`}`;
    return !result.ok && result.issues.length === 0 ? 'the compiled validator refuses without an issue' : undefined;
  };
};

const compareBson = (schema: z.ZodType): Comparison => {
  const rendered = toBsonSchema(schema);
  return ({ document, stored, isGood, issues }) => {
    const accepts = bsonAccepts(rendered, isGood ? stored : document);
    if (accepts === isGood || (accepts && issues.every(isGap))) return undefined;
    return `the BSON schema ${accepts ? 'accepts' : 'refuses'}`;
  };
};

const compileJson = (schema: z.ZodType, dialect: 'draft-07' | '2020-12'): ValidateFunction => {
  const ajv = new (dialect === 'draft-07' ? Ajv : Ajv2020)({ strict: false, unicodeRegExp: true });
  addFormats.default(ajv);
  return ajv.compile(toJsonSchema(schema, { dialect }));
};

const compareJson = (schema: z.ZodType, dialect: 'draft-07' | '2020-12'): Comparison => {
  const validate = compileJson(schema, dialect);
  return ({ document, isGood, issues }) => {
    const accepts = validate(document);
    if (accepts === isGood || (accepts && (issues.every(isGap) || isJsonGap(document)))) return undefined;
    return `the JSON Schema (${dialect}) ${accepts ? 'accepts' : `refuses: ${JSON.stringify(validate.errors)}`}`;
  };
};

/** Whether the structure is wrong: Avro checks that and leaves the rest to validators. It has NaN and the infinities. */
const isStructural = (issue: z.core.$ZodIssue): boolean => {
  if (issue.code === 'invalid_type') return typeof issue.input !== 'number' || issue.expected === 'int';
  return issue.code === 'unrecognized_keys' || issue.code === 'invalid_union';
};

const compareAvro = (schema: z.ZodType): Comparison => {
  const codec = compileAvro<unknown>(schema, { name: 'Document', namespace: 'caas.agreement' });
  const decodeAsReader = codec.decoderFor(codec.schema);
  return ({ document, stored, isGood, issues }) => {
    const attempt = (): Buffer | undefined => {
      try {
        return codec.encode(document);
      } catch {
        return undefined;
      }
    };
    const encoded = attempt();
    if (encoded && issues.some(isStructural)) return 'Avro takes a wrong structure';
    if (!isGood) return undefined;
    if (!encoded) return 'Avro refuses';
    const isSame = isDeepStrictEqual(codec.decode(encoded), stored) && isDeepStrictEqual(decodeAsReader(encoded), stored);
    return isSame ? undefined : `Avro gives back ${JSON.stringify(codec.decode(encoded))}`;
  };
};

const COMPARISONS: Record<RenderedDialect, (schema: z.ZodType) => Comparison[]> = {
  bson: (schema) => [compareBson(schema)],
  json: (schema) => [compareJson(schema, 'draft-07'), compareJson(schema, '2020-12')],
  avro: (schema) => [compareAvro(schema)],
};

/** As it is stored and sent: a property that is undefined is absent. */
const withoutUndefined = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([name, entry]) => [name, withoutUndefined(entry)]),
  );
};

/** zod keeps the input of an issue only when asked; {@link isStructural} looks at it. */
const judge = (schema: z.ZodType, document: unknown): Verdict => {
  const result = schema.safeParse(document, { reportInput: true });
  return {
    document,
    isGood: result.success,
    stored: withoutUndefined(result.success ? result.data : document),
    issues: result.error?.issues ?? [],
  };
};

/** Compares the renderings on one document. */
export interface Agreement {
  /** What zod says of the document. */
  isGood: (document: unknown) => boolean;
  /** Which rendering says something else than zod, and what; undefined when all agree. */
  disagreement: (document: unknown) => string | undefined;
}

/** Renders and compiles a schema in the given dialects, to compare them with zod on documents of your own. */
export const renderingsOf = (schema: z.ZodType, dialects: readonly RenderedDialect[]): Agreement => {
  const comparisons = [compareValidator(schema), ...dialects.flatMap((dialect) => COMPARISONS[dialect](schema))];
  return {
    isGood: (document) => schema.safeParse(document).success,
    disagreement: (document) => {
      const verdict = judge(schema, document);
      const found = comparisons.map((comparison) => comparison(verdict)).find((disagreement) => disagreement !== undefined);
      return found && `zod ${verdict.isGood ? 'accepts' : `refuses: ${JSON.stringify(verdict.issues)}`}; ${found}`;
    },
  };
};

/**
 * Proves on generated documents that every rendering of a schema says the same as zod: good documents are accepted everywhere and survive
 * Avro unchanged, bad ones are refused everywhere, except for the gaps that the README of `@caas/schema` lists. Throws with the smallest
 * document on which a rendering disagrees.
 */
export const expectRenderingsAgree = (schema: z.ZodType, { dialects, runs = 200 }: AgreementOptions): void => {
  const { isGood, disagreement } = renderingsOf(schema, dialects);
  const compare = (document: unknown): void => {
    const found = disagreement(document);
    if (found !== undefined) throw new Error(found);
  };
  const compareGood = (document: unknown): void => {
    compare(document);
    if (!isGood(document)) throw new Error('zod refuses a document that was made to be good');
  };

  fc.assert(fc.property(documentArbitrary(schema), compareGood), { numRuns: runs, includeErrorInReport: true });
  fc.assert(fc.property(doubtfulDocumentArbitrary(schema), compare), { numRuns: runs, includeErrorInReport: true });
};
