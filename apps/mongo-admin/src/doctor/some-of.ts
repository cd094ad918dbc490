const SHOWN = 4;

/** The first few of many names, and how many more there are. */
export function someOf(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length <= SHOWN ? shown : `${shown} and ${names.length - SHOWN} more`;
}
