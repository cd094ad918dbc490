/** The seeds of billing. Not for what ships: loads the generator of names. */
import { plansSeed } from './plans.seed.js';
import { subscriptionsSeed } from './subscriptions.seed.js';

export default [plansSeed, subscriptionsSeed];
