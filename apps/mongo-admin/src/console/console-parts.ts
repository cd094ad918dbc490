import { type Services } from '@caas/composition';
import { type Background } from './background.js';
import { type LagHistory } from './lag-history.js';

/** What pages work with. */
export interface ConsoleParts {
  readonly services: Services;
  readonly background: Background;
  readonly lag: LagHistory;
}
