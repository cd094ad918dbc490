import { type BackgroundJob, type Services } from '@caas/composition';
import { OpenLetterGauges } from './dead-letters/open-letters.js';

/** What the worker does for insight by itself. */
export default function insightJobs({ mongo, clock, logger, metrics }: Services): BackgroundJob[] {
  return [new OpenLetterGauges({ mongo, clock, logger, metrics })];
}
