/** What kind of misfit: a value that the schema cannot carry, bytes that are none of this schema, or a branch that a newer writer added. */
export type AvroProblem = 'misfit' | 'undecodable' | 'unknown_branch';

/** A value or its bytes do not fit the schema. Not retryable: the same input fails again. */
export class AvroValueError extends Error {
  override readonly name = 'AvroValueError';
  readonly problem: AvroProblem;
  /** JSON pointer to the field; empty for the whole value. */
  readonly pointer: string;

  constructor(problem: AvroProblem, message: string, { pointer = '', cause }: { pointer?: string; cause?: unknown } = {}) {
    super(pointer === '' ? message : `${pointer}: ${message}`, { cause });
    this.problem = problem;
    this.pointer = pointer;
  }
}
