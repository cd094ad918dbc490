/**
 * drill → the built apps on a local stack of their own
 *
 * - **ledger**: what senders asked for and what they were told, on disk before it leaves.
 * - **invariant**: what has to hold whatever happens, I1 to I8.
 * - **checker**: holds what was read back against the ledger.
 * - **drill**: a fault, how it is provoked, and what must hold besides the invariants.
 */
export { check } from './checker/check.js';
export { type Observed } from './checker/observed.js';
export { INVARIANTS, isViolated, type Verdict } from './checker/verdict.js';
export { type Entry, type Intent, type Outcome } from './ledger/entry.js';
export { Ledger, readLedger } from './ledger/ledger.js';
