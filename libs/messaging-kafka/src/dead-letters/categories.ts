/** What kind of failure brought a record to the dead letters; decides whether a replay can help. */
export const DEAD_LETTER_CATEGORIES = ['retryable_exhausted', 'non_retryable', 'schema', 'poison'] as const;
export type DeadLetterCategory = (typeof DEAD_LETTER_CATEGORIES)[number];
