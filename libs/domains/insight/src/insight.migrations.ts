/** The migrations of insight. Written by `caas-admin migrate create` from the folder's files. */
import { v008SeedPolicies } from './migrations/v008-seed-policies.migration.js';

export default [v008SeedPolicies];
