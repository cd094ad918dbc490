/** Why what was written with one schema cannot be read with another. */
export interface Incompatibility {
  /** JSON pointer into the schemas' values: `/payload/content`. Empty for the whole value. */
  readonly path: string;
  /** What the reader cannot do, completing "The reader …". */
  readonly message: string;
}

/** The place below `path`. */
export const below = (path: string, name: string): string => `${path}/${name}`;
