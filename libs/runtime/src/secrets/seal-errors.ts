import { InternalError } from '../errors/app-error.js';
import { type SecretPlace } from './secret-place.js';

/** A sealed secret names a key that this process does not have: it was taken away too early, or the configuration is another's. */
export class SealingKeyUnknownError extends InternalError {
  constructor() {
    super('A secret was sealed with a key that is not configured. Add that key behind the present one in SECRET_ENCRYPTION_KEY.', {
      details: { reason: 'sealing_key_unknown' },
    });
  }
}

/** A sealed secret does not open: it was changed, moved from another row or field, or the key of its kid is another one. */
export class SealBrokenError extends InternalError {
  constructor({ collection, field }: SecretPlace, { cause }: { cause?: unknown } = {}) {
    super(`A sealed secret in "${collection}", ${field}, does not open.`, { details: { reason: 'seal_broken', collection, field }, cause });
  }
}
