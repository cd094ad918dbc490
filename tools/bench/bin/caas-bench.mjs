#!/usr/bin/env node
/** Runs what is built: a loader that compiles sources as they are imported also wraps their functions, and its cost would be measured. */
await import('../dist/main.js');
