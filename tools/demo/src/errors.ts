/** Something the user can mend; its message says how. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}
