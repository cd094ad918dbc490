/**
 * isolation-proof → data-access-mongo
 *
 * Attacks on the isolation of tenants, to be made on any server that a {@link Mongo} is connected to: in specs, and by operators on theirs.
 * An entry of its own, because it brings generators of hostile inputs that no service needs.
 */
export {
  type AttackOutcome,
  type AttackResult,
  ATTACKS,
  type IsolationReport,
  type ProofOptions,
  proveIsolation,
  type StrategyReport,
} from './prove-isolation.js';
export { type Attack, type AttackKind, type Try } from './attack.js';
