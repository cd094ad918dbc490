#!/usr/bin/env node
/**
 * Runs the TypeScript sources as they are, so that the command works right after `npm ci`. In this one process, so that signals
 * reach the command itself; hence the export condition by a hook, since it could else only be given on Node's command line.
 */
import { register } from 'node:module';
import { register as registerTypeScript } from 'tsx/esm/api';

register('./source-condition.mjs', import.meta.url);
registerTypeScript();
await import('../src/main.ts');
