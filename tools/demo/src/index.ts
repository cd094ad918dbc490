/**
 * demo → gateway over HTTP
 *
 * - **history**: the commits of a repository, oldest first, each with its author.
 * - **cast**: which chat user speaks for which author; at most 100, since a group has no more members.
 * - **run**: neighbouring commits of one author.
 */
export { readHistory, type Commit } from './history.js';
export { sendInOrder, type SendReport } from './send-in-order.js';
export { compareOrder, type OrderVerdict } from './compare-order.js';
