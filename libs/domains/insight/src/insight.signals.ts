import { type Services, type Signal } from '@caas/composition';
import { deadLetterSignals } from './dead-letters/open-letters.js';

/** What the worker watches of insight. */
export default function insightSignals({ mongo, clock }: Services): Signal[] {
  return deadLetterSignals({ mongo, clock });
}
