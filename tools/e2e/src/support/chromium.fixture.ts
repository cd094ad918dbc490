import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import packed from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser, or answers `undefined` where there is none that runs: the one of `CAAS_CHROMIUM`, of this machine, or the one that is installed with the packages. */
export async function openChromium(): Promise<Browser | undefined> {
  const own = ownBrowser();
  if (own !== undefined) return launch(own);
  try {
    const executablePath = await packedBrowser();
    return executablePath === undefined ? undefined : await launch(executablePath);
  } catch (error) {
    console.log(`the packed browser does not run here: ${String(error)}`);
    return undefined;
  }
}

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS });
}

function ownBrowser(): string | undefined {
  const { CAAS_CHROMIUM: named, PATH = '' } = process.env;
  if (named !== undefined) return named;
  const folders = ['/usr/bin', ...PATH.split(delimiter)];
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((file) => existsSync(file));
}

/** A bare build for servers: it needs a few libraries that most machines have. */
async function packedBrowser(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const path = await packed.executablePath();
  return spawnSync(path, ['--version', '--no-sandbox']).status === 0 ? path : undefined;
}
