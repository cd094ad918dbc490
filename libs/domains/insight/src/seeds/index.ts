/** The seeds of insight. Not for what ships: loads the generator of names. */
import { globalPoliciesSeed, tenantPoliciesSeed } from './policies.seed.js';

export default [globalPoliciesSeed, tenantPoliciesSeed];
