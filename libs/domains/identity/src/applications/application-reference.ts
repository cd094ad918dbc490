import { type Mongo } from '@caas/data-access-mongo';
import { ValidationError } from '@caas/runtime';
import { type Application, applications } from './applications.collection.js';

/** The application that a body names. Rejects with `ValidationError` VAL_REFERENCE when the tenant has no such one. */
export async function requireApplication(
  mongo: Mongo,
  { tenantId, appId, field = '/body/app_id' }: { tenantId: string; appId: string; field?: string },
): Promise<Application> {
  const found = await mongo.platform(applications).findOne({ app_id: appId, tenant_id: tenantId }, { readFrom: 'primary' });
  if (found !== undefined) return found;
  throw new ValidationError([{ field, code: 'unknown_reference', message: 'names no application of this tenant' }], {
    code: 'VAL_REFERENCE',
  });
}
