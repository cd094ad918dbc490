import { AppProcess, waitUntil } from '@caas/testing/processes';
import { newId } from '@caas/schema';
import { type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { type System } from './system.fixture.js';

export type StaffRole = 'platform_viewer' | 'platform_operator' | 'platform_admin';

/** The web console as a process of its own, and people with browsers in front of it. */
export class ServedConsole {
  /** Whom the tokens stand for. */
  readonly adminId = newId('adm');
  readonly #tokens = new Map<StaffRole, Promise<string>>();

  private constructor(
    readonly url: string,
    readonly process: AppProcess,
    readonly system: System,
    readonly browser: Browser,
  ) {}

  static async start(system: System, browser: Browser): Promise<ServedConsole> {
    const args = [system.mainOf('mongo-admin'), 'serve', '--port', '0', '--json'];
    const served = new AppProcess(process.execPath, args, system.environmentOf('provisioner'));
    const url = await waitUntil('the console listens', () => /"url": "([^"]+)"/.exec(served.output)?.[1], { timeoutMs: 60_000 });
    return new ServedConsole(url, served, system, browser);
  }

  /** A token of staff, made by the command line. */
  token(role: StaffRole): Promise<string> {
    const known = this.#tokens.get(role) ?? this.#mint(role);
    this.#tokens.set(role, known);
    return known;
  }

  /** A page of somebody who has signed in. */
  async visitor(role: StaffRole, options: BrowserContextOptions = {}): Promise<Visitor> {
    const visitor = await this.stranger(options);
    await visitor.page.getByLabel('Platform token').fill(await this.token(role));
    await visitor.page.getByRole('button', { name: 'Sign in' }).click();
    await visitor.page.getByRole('heading', { name: 'Overview' }).waitFor();
    return visitor;
  }

  /** A page of somebody at the door. */
  async stranger(options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await this.browser.newContext({ baseURL: this.url, ...options });
    const visitor = new Visitor(await context.newPage());
    await visitor.page.goto('/');
    return visitor;
  }

  async close(): Promise<void> {
    await this.process.end('SIGTERM');
  }

  async #mint(role: StaffRole): Promise<string> {
    const minted = await this.system.admin('token', 'mint', '--subject', this.adminId, '--role', role, '--reason', 'a spec of the console');
    return (minted as { access_token: string }).access_token;
  }
}

/** Somebody at a page. What the browser complains about is kept. */
export class Visitor {
  readonly complaints: string[] = [];

  constructor(readonly page: Page) {
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  async click(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).click();
  }

  async follow(name: string | RegExp): Promise<void> {
    await this.page.getByRole('link', { name }).first().click();
  }

  /** What the console says of the last thing that was done. */
  notice(): Promise<string> {
    return this.page.getByRole('status').innerText();
  }

  /** Pixels by which the page is wider than the window. */
  overflow(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }
}
