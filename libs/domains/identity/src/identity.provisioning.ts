import { type ProvisioningStep, type Services } from '@caas/composition';
import { defaultApplicationStep } from './applications/default-application.step.js';

/** What a new tenant gets from the identity module. */
export default function identityProvisioning(services: Services): ProvisioningStep[] {
  return [defaultApplicationStep(services)];
}
