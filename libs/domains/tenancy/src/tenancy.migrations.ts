/** The migrations of tenancy, in the order of their numbers. */
import { v001PlatformCollections } from './migrations/v001-platform-collections.migration.js';
import { v002PlatformIndexes } from './migrations/v002-platform-indexes.migration.js';
import { v003Billing } from './migrations/v003-billing.migration.js';
import { v004Analytics } from './migrations/v004-analytics.migration.js';
import { v005Security } from './migrations/v005-security.migration.js';
import { v006TenantCollections } from './migrations/v006-tenant-collections.migration.js';

export default [v001PlatformCollections, v002PlatformIndexes, v003Billing, v004Analytics, v005Security, v006TenantCollections];
