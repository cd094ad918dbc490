/** Where a sealed secret is stored. It opens there only: moved to another row or field, it does not. */
export interface SecretPlace {
  /** The collection's name. */
  readonly collection: string;
  /** The public id of the document. */
  readonly id: string;
  /** Dotted: `auth.mfa.secret`. */
  readonly field: string;
}
