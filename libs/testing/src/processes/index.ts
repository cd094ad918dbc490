/** Processes that specs and drills start, and waiting for what they do. */
export { AppProcess } from './app-process.js';
export { waitUntil } from './wait-until.js';
