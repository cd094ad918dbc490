/** What a conversation holds, against the commits that were told to it. */
export interface OrderVerdict {
  /** Commits that are in the conversation. */
  readonly stored: number;
  /** Commits that are not. */
  readonly missing: number;
  /** Messages with the same commit as another one. */
  readonly doubles: number;
  /** Neighbours among the new messages that stand the other way round than their commits. */
  readonly inversions: number;
  /** Messages of an earlier run that are no longer where they were. */
  readonly moved: number;
}

/**
 * Compares commit hashes as stored with the ones that were sent. `before` is what was stored before the run: it must still stand first and
 * unchanged; what is new must follow in the order of the commits.
 */
export function compareOrder(stored: readonly string[], commits: readonly string[], before: readonly string[] = []): OrderVerdict {
  const position = new Map(commits.map((hash, index) => [hash, index]));
  const known = stored.filter((hash) => position.has(hash));
  const distinct = new Set(known);
  const fresh = stored.slice(before.length).flatMap((hash) => position.get(hash) ?? []);
  return {
    stored: distinct.size,
    missing: commits.length - distinct.size,
    doubles: known.length - distinct.size,
    inversions: fresh.filter((place, index) => index > 0 && place < (fresh[index - 1] ?? 0)).length,
    moved: before.filter((hash, index) => stored[index] !== hash).length,
  };
}

/** Whether every commit is stored once and in its place. */
export const isExact = ({ missing, doubles, inversions, moved }: OrderVerdict): boolean => missing + doubles + inversions + moved === 0;
