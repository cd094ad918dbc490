/** A collection definition breaks a rule. Thrown while the module that defines it is loaded, so that no process starts with it. */
export class DefinitionError extends Error {
  constructor(
    readonly collection: string,
    /** The field, index or option at fault. */
    readonly subject: string,
    /** What is wrong and what to do instead. */
    readonly rule: string,
  ) {
    super(`Collection "${collection}", ${subject}: ${rule}`);
    this.name = 'DefinitionError';
  }
}
