import { type Compatibility, hasSchema, type TopicDefinition } from '../definitions/topic.js';
import { checkCompatibility, issueText } from './compatibility/check-compatibility.js';
import { schemaOf } from './schema-of.js';
import { type SchemaType } from './types.js';

/** A subject's schema as it was released last, in the form that is kept under version control. */
export interface ReleasedSchema {
  readonly subject: string;
  readonly type: SchemaType;
  readonly compatibility: Compatibility;
  /** Avro or JSON Schema. */
  readonly schema: unknown;
}

/** How a subject stands to its release. */
export interface ReleaseFinding {
  readonly subject: string;
  /** `gone`: nothing defines it any more, so what was written under it could not be read. */
  readonly state: 'released' | 'new' | 'changed' | 'incompatible' | 'gone';
  readonly issues: readonly string[];
}

/** The schema of a topic in the form of a release. */
export function toRelease(definition: TopicDefinition): ReleasedSchema {
  const { type, text } = schemaOf(definition);
  return { subject: definition.subject, type, compatibility: definition.compatibility, schema: JSON.parse(text) as unknown };
}

/** Holds every definition against its release. Pure: needs no registry. The promise is the one that the release made. */
export function checkReleases(definitions: readonly TopicDefinition[], released: readonly ReleasedSchema[]): readonly ReleaseFinding[] {
  const bySubject = new Map(released.map((release) => [release.subject, release]));
  const found = definitions.filter(hasSchema).map((definition): ReleaseFinding => {
    const { subject } = definition;
    const release = bySubject.get(subject);
    bySubject.delete(subject);
    if (release === undefined) return { subject, state: 'new', issues: [] };
    const previous = { type: release.type, text: JSON.stringify(release.schema) };
    const next = schemaOf(definition);
    const issues = checkCompatibility({ next, previous, compatibility: release.compatibility }).map(issueText);
    const state = issues.length > 0 ? 'incompatible' : next.text === previous.text ? 'released' : 'changed';
    return { subject, state, issues };
  });
  const gone = [...bySubject.keys()].map((subject): ReleaseFinding => ({
    subject,
    state: 'gone',
    issues: ['Nothing defines it any more.'],
  }));
  return [...found, ...gone];
}
