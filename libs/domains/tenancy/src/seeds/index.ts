/** The seeds of tenancy, and what other seeds say about its clients. Not for what ships: loads the generator of names. */
import { clientsSeed } from './clients.seed.js';

export { type SeededClient, seededClients, seededTenants } from './seeded-clients.js';
export default [clientsSeed];
