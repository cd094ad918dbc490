#!/usr/bin/env node
/** Runs the TypeScript sources as they are. */
import { register } from 'node:module';
import { register as registerTypeScript } from 'tsx/esm/api';

register('./source-condition.mjs', import.meta.url);
registerTypeScript();
await import('../src/main.ts');
