/** The migrations of insight, in the order of their numbers. */
import { v008SeedPolicies } from './migrations/v008-seed-policies.migration.js';

export default [v008SeedPolicies];
