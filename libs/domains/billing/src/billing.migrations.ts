/** The migrations of billing, in the order of their numbers. */
import { v007SeedPlans } from './migrations/v007-seed-plans.migration.js';

export default [v007SeedPlans];
