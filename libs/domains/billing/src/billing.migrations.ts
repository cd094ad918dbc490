/** The migrations of billing. Written by `caas-admin migrate create` from the folder's files. */
import { v007SeedPlans } from './migrations/v007-seed-plans.migration.js';

export default [v007SeedPlans];
