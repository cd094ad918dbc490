import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A file that pages load. */
export interface Asset {
  /** Changes with the content, so that browsers may keep it for ever. */
  readonly path: string;
  readonly type: string;
  readonly content: Buffer;
}

const FOLDER = new URL('../../../public/', import.meta.url);

function asset(name: string, type: string): Asset {
  const content = readFileSync(new URL(name, FOLDER));
  const version = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { path: `/assets/${version}/${name}`, type, content };
}

export const STYLESHEET = asset('console.css', 'text/css; charset=utf-8');
export const SCRIPT = asset('console.js', 'text/javascript; charset=utf-8');
export const ICON = asset('icon.svg', 'image/svg+xml');
export const ASSETS: readonly Asset[] = [STYLESHEET, SCRIPT, ICON];
