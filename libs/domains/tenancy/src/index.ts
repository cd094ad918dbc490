/**
 * tenancy → composition → data-access-mongo, messaging-kafka → runtime → schema
 *
 * Tenants: the companies that use CAAS, and how they come to be.
 *
 * - *provisioning*: the saga that makes a tenant usable; *step*: one idempotent part of it.
 */
export { tenancyModule } from './tenancy.module.js';
export { infrastructureSteps } from './provisioning/infrastructure-steps.js';
export {
  type ProvisionProgress,
  type ProvisionResult,
  type ProvisionTenantInput,
  TenantProvisioning,
} from './provisioning/provision-tenant.js';
export { MongoTenantDirectory } from './tenants/mongo-tenant-directory.js';
export { type SaasClient } from './tenants/tenants.collection.js';
export { TenantsService } from './tenants/tenants.service.js';
