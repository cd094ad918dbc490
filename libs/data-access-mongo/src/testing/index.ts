/**
 * testing → data-access-mongo
 *
 * For specs of other projects: a connection to databases that exist for one run and are dropped at its end. Never imported by what ships.
 */
export { temporaryDatabases, type TemporaryDatabases, type TemporaryOptions } from './temporary-databases.js';
