import { type Entry } from '../ledger/entry.js';
import { checkDoubled } from './check-doubled.js';
import { checkEndings } from './check-endings.js';
import { checkLost } from './check-lost.js';
import { checkOrder } from './check-order.js';
import { checkQuotas } from './check-quotas.js';
import { checkReplay } from './check-replay.js';
import { checkTenants } from './check-tenants.js';
import { historiesOf } from './message-history.js';
import { type Observed } from './observed.js';
import { type Verdict } from './verdict.js';

/** Holds what was read back against what callers were told. Pure: the same ledger and the same reading give the same verdicts. */
export function check(entries: readonly Entry[], observed: Observed): Verdict[] {
  const histories = historiesOf(entries);
  return [
    checkLost(histories, observed),
    checkDoubled(histories, observed),
    checkOrder(histories, observed),
    checkTenants(observed),
    checkEndings(histories, observed),
    checkReplay(observed),
    checkQuotas(observed),
    { invariant: 'I8', violations: [], looked: 0, notApplicable: 'no webhooks yet' },
  ];
}
