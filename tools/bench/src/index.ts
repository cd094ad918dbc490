/**
 * bench → local-stack, the built apps
 *
 * - **baseline**: what the figure is compared with, measured in the same run: wall-clock rates of different runs say little.
 * - **round**: every variant once, one after the other; a figure is the median of several rounds, after one that does not count.
 * - **closed loop**: the next request is made when the last one is answered. **Open loop**: requests are made at a fixed rate.
 */
export { type Figure } from './support/report.js';
export { closedLoop, openLoop, requestBytes, type LoadResult } from './support/http-load.js';
