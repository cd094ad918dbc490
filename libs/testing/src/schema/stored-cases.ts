import { ok, strictEqual } from 'node:assert/strict';
import { type z } from '@caas/schema';
import { renderingsOf } from './expect-renderings-agree.js';
import { changed, storedDocument, type StoredForm } from './stored-document.js';

/** What {@link storedCases} needs of a collection's definition. */
export interface StoredDefinition extends StoredForm {
  readonly storedSchema: z.ZodType;
}

/** One field with a value that must be refused; `undefined` leaves it out. */
export type BadField = readonly [path: string, value: unknown];

/** Checks of single documents of a collection, in which zod, the compiled validator and MongoDB's validator must agree. */
export interface StoredCases {
  /** Throws an assertion error unless a document with these fields is good. */
  readonly takes: (fields: object) => void;
  /** Throws an assertion error unless one bad field makes the document bad. */
  readonly refuses: (fields: object, field: BadField) => void;
}

/** The checks for one collection. */
export function storedCases(definition: StoredDefinition): StoredCases {
  const { storedSchema } = definition;
  const { isGood, disagreement } = renderingsOf(storedSchema, ['bson']);
  return {
    takes: (fields) => {
      const document = storedDocument(definition, fields);
      strictEqual(storedSchema.safeParse(document).error?.message, undefined);
      strictEqual(disagreement(document), undefined);
    },
    refuses: (fields, [path, value]) => {
      const document = changed(storedDocument(definition, fields), path, value);
      ok(!isGood(document), `a document with this ${path} is taken`);
      strictEqual(disagreement(document), undefined);
    },
  };
}
