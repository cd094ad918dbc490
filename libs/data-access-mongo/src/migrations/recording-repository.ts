import { InternalError } from '@caas/runtime';
import { ReadRepository } from '../repository/read-repository.js';
import { guarded } from './guarded-repository.js';

/** The methods of a repository that has no way to write. Everything else counts as writing. */
const READS: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(ReadRepository.prototype));

/**
 * A repository for dry runs: reads pass, everything else is written down and ends the recording of this migration, because what would follow
 * depends on a result that there is not.
 */
export function recordingRepository<Recorded extends object>(
  repository: Recorded,
  collection: string,
  say: (action: string) => void,
): Recorded {
  return guarded(repository, (method) => {
    if (READS.has(method)) return;
    say(`${method} on ${collection}, and what depends on its result`);
    throw new RecordingEnd();
  });
}

/** A dry run met a write whose result it cannot know. Not an error of the migration. */
export class RecordingEnd extends InternalError {
  constructor() {
    super('A dry run cannot know the result of a write.');
  }
}
