import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@caas/testing/processes';
import { ApiClient, expectStatus } from './support/api-client.fixture.js';
import { openChromium } from './support/chromium.fixture.js';
import { ServedConsole, type Visitor } from './support/console.fixture.js';
import { RawKafka } from './support/raw-kafka.fixture.js';
import { System } from './support/system.fixture.js';

const browser = await openChromium();
if (browser === undefined) console.log('skipped, the console in a browser: needs Chromium: apt-get install chromium');

const HOSTILE = `<script>document.title='owned'</script>`;
const SHOTS = join('test-output', 'console');
const PAGES = ['/', '/tenants', '/schema', '/schema/advice', '/topics', '/topics/health', '/dead-letters', '/audit'];
const PAPER = { light: 'rgb(250, 249, 246)', dark: 'rgb(20, 23, 26)' };
const PATIENT = { timeoutMs: 60_000, everyMs: 500 };

(browser === undefined ? describe.skip : describe)('the console in a browser', () => {
  let system: System;
  let console_: ServedConsole;
  let tenant: { tenantId: string; slug: string; apiKey: string };

  beforeAll(async () => {
    if (browser === undefined) return;
    mkdirSync(SHOTS, { recursive: true });
    system = await System.start();
    [console_, tenant] = await Promise.all([ServedConsole.start(system, browser), aTenant()]);
  });
  afterAll(async () => {
    await browser?.close();
    await console_?.close();
    await system?.stop();
  });

  async function aTenant() {
    const slug = `console-${process.pid}-${Date.now()}`;
    const created = await system.admin('tenant', 'create', `Acme ${HOSTILE}`, '--slug', slug, '--email', `${slug}@example.com`);
    const { tenant_id: tenantId, api_key: apiKey } = created as { tenant_id: string; api_key: string };
    return { tenantId, apiKey, slug };
  }

  /** Begins an action on the tenant, sees its dry run, confirms where that is asked, and reads what the console says. */
  async function act(visitor: Visitor, action: string, { asked = async () => {}, then = async () => {} }: Steps = {}): Promise<string> {
    const { page } = visitor;
    await page.goto(`/tenants/${tenant.tenantId}`);
    await visitor.follow(`${action}…`);
    await asked();
    await visitor.click('Dry run');
    await page.getByText('Nothing was changed.').waitFor();
    const confirm = page.getByLabel(/^Type .* to confirm/);
    const run = page.getByRole('button', { name: `${action} ${tenant.slug}` });
    if ((await confirm.count()) > 0) {
      expect(await run.isEnabled()).toBe(false);
      await confirm.fill(tenant.slug);
    }
    await then();
    await run.click();
    return visitor.notice();
  }
  interface Steps {
    readonly asked?: () => Promise<unknown>;
    readonly then?: () => Promise<unknown>;
  }

  it('is entered, read and left with the keyboard alone', async () => {
    const { page } = await console_.stranger();
    const focus = (): Promise<string> => page.evaluate('document.activeElement.textContent.trim() || document.activeElement.id');
    const outline = (): Promise<string> => page.evaluate('getComputedStyle(document.activeElement).outlineStyle');

    expect(await focus()).toBe('token');
    await page.keyboard.insertText(await console_.token('platform_viewer'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('Tab');
    expect([await focus(), await outline()]).toEqual(['Skip to content', 'solid']);
    await page.keyboard.press('Enter');
    expect(await focus()).toContain('Overview');
    await page.goto('/');
    const reached: string[] = [];
    for (let step = 0; step < 10; step += 1) {
      await page.keyboard.press('Tab');
      reached.push(await focus());
      expect(await outline()).toBe('solid');
    }
    expect(reached.slice(1, 9)).toEqual(['CAAS', 'Overview', 'Tenants', 'Schema', 'Topics', 'Dead letters', 'Audit', 'Sign out']);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('shows a viewer everything and lets it do nothing', async () => {
    const viewer = await console_.visitor('platform_viewer');
    const { page } = viewer;
    for (const path of ['/', '/tenants', '/topics', '/dead-letters', '/audit', `/tenants/${tenant.tenantId}`]) {
      await page.goto(path);
      expect(await page.getByRole('navigation', { name: 'What can be done' }).count()).toBe(0);
      expect(await page.locator('main form[method=post]').count()).toBe(0);
    }
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(`Acme ${HOSTILE}`);
    expect(await page.title()).not.toBe('owned');
    expect(viewer.complaints).toEqual([]);

    const status = await page.evaluate(`fetch('/tenants/${tenant.tenantId}/actions/suspend', {
      method: 'POST',
      body: new URLSearchParams({ _form: document.querySelector('[name=_form]').value, step: 'run', reason: 'manual', confirm: '${tenant.slug}' }),
    }).then(({ status }) => status)`);

    expect(status).toBe(403);
    expect(await system.admin('tenant', 'show', tenant.tenantId)).toMatchObject({ status: 'active' });
  });

  it('corrects and replays a dead letter, and removes one', async () => {
    const kafka = await RawKafka.connect();
    try {
      await aDeadLetter(kafka);
    } finally {
      await kafka.close();
    }
    const admin = await console_.visitor('platform_admin');
    const { page } = admin;
    const list = `/dead-letters?tenant=${tenant.tenantId}`;
    await waitUntil('the dead letter is there', () => shows(page, list, 'message.sent'), PATIENT);

    await page.locator('tbody a').first().click();
    await page.getByText('Fields that this release refuses').waitFor({ state: 'attached' });
    await page.screenshot({ path: join(SHOTS, 'dead-letter.png'), fullPage: true });
    const letter = new URL(page.url()).pathname;
    await admin.follow('Correct…');
    const value = page.getByLabel('Corrected value');
    await value.fill((await value.inputValue()).replaceAll('"conx_', '"conv_'));
    await page.getByLabel('Reason').fill('a broken prefix');
    await admin.click('Dry run');
    expect(await page.locator('ins').innerText()).toMatch(/^"conv_/);
    await page.screenshot({ path: join(SHOTS, 'dead-letter-diff.png'), fullPage: true });
    await admin.click('Keep the correction');
    expect(await admin.notice()).toBe('Corrected: payload.conversation_id.');

    await admin.follow('Replay…');
    await page.getByLabel('Reason').fill('it is mended');
    await admin.click('Replay');
    expect(await admin.notice()).toContain('on its way');
    await waitUntil('the replay is resolved', () => shows(page, letter, 'resolved'), PATIENT);

    await page.goto(`/dead-letters/replay?tenant=${tenant.tenantId}`);
    expect(await page.getByText('0 would be replayed').count()).toBe(1);
    await page.goto(letter);
    await admin.follow('Delete…');
    await page.getByLabel('Reason').fill('done with it');
    await page.getByLabel('Type delete to confirm').fill('delete');
    await admin.click('Delete for good');
    expect(await admin.notice()).toContain('is removed');
    const actions = ['edited', 'replayed', 'deleted'].map((what) => `dead_letter.${what}`);
    await waitUntil('each is in the audit trail', () => shows(page, `/audit?tenant=${tenant.tenantId}`, ...actions), PATIENT);
    expect(admin.complaints).toEqual([]);
  });

  /** A message whose record somebody has spoilt: its conversation is none. */
  async function aDeadLetter(kafka: RawKafka): Promise<void> {
    const api = new ApiClient(system.gatewayUrl, { 'x-api-key': tenant.apiKey });
    const ada = await api.user('Ada');
    const conversation = await api.as(ada).conversation(await api.user('Grace'));
    expectStatus(await api.as(ada).send(conversation, 'hello', { wait: 10 }), 201);
    const record = await kafka.find('chat.messages.shared', ({ key }) => key?.toString().startsWith(tenant.tenantId) === true);
    const value = Buffer.from((record.value ?? Buffer.alloc(0)).toString('latin1').replace('conv_', 'conx_'), 'latin1');
    await kafka.write('chat.messages.shared', { key: String(record.key), value, ...(record.headers && { headers: record.headers }) });
  }

  it('fits into 400 pixels, light and dark', async () => {
    const viewer = await console_.visitor('platform_admin', { viewport: { width: 400, height: 800 } });
    const { page } = viewer;
    for (const path of [...PAGES, `/tenants/${tenant.tenantId}`]) {
      await page.goto(path);
      expect([path, await viewer.overflow()]).toEqual([path, 0]);
      for (const [colorScheme, paper] of Object.entries(PAPER)) {
        await page.emulateMedia({ colorScheme: colorScheme as keyof typeof PAPER });
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(paper);
        await page.screenshot({ path: join(SHOTS, `${path.replaceAll(/\W+/g, '-')}-${colorScheme}.png`), fullPage: true });
      }
    }
    expect(viewer.complaints).toEqual([]);
  });

  it('carries a tenant through its life, each step shown before and written down', async () => {
    const operator = await console_.visitor('platform_operator');
    expect(await act(operator, 'Suspend', { asked: () => operator.page.getByLabel('Reason').selectOption('policy') })).toMatch(
      /^Suspend: done/,
    );
    expect(await act(operator, 'Resume')).toMatch(/^Resume: done/);
    expect(await act(operator, 'Upgrade', { asked: () => operator.page.getByLabel('Plan').selectOption('starter') })).toMatch(/^Upgrade: /);
    await operator.page.goto(`/tenants/${tenant.tenantId}`);
    expect(await operator.page.getByRole('link', { name: /Downgrade|Cancel|Delete/ }).count()).toBe(0);

    const admin = await console_.visitor('platform_admin');
    const { page } = admin;
    const settled = () =>
      waitUntil('no operation is under way', () => isSettled(page.goto(`/tenants/${tenant.tenantId}`).then(() => page.content())), PATIENT);
    await settled();
    const downgraded = await act(admin, 'Downgrade', {
      asked: () => page.getByLabel('Plan').selectOption('free'),
      then: () => page.getByLabel('The tenant agrees').check(),
    });
    expect(downgraded).toMatch(/^Downgrade: /);
    await settled();
    expect(await act(admin, 'Cancel', { asked: () => page.getByLabel('Reason').fill('a spec') })).toMatch(/^Cancel: done/);
    expect(await act(admin, 'Restore')).toMatch(/^Restore: done/);
    expect(await act(admin, 'Cancel')).toMatch(/^Cancel: done/);
    expect(await act(admin, 'Delete for good', { asked: () => page.getByLabel('Waiver').fill('ticket 7') })).toMatch(/^Delete for good: /);
    await waitUntil('the tenant is gone', () => shows(page, `/tenants/${tenant.tenantId}`, 'purged'), PATIENT);
    expect([operator.complaints, admin.complaints]).toEqual([[], []]);

    const actions = ['suspend', 'resume', 'upgrade', 'downgrade', 'soft_delete', 'restore', 'hard_delete'].map((kind) => `tenant.${kind}`);
    await waitUntil(
      'every step is in the audit trail',
      () => shows(page, `/audit?tenant=${tenant.tenantId}`, ...actions, console_.adminId),
      PATIENT,
    );
  });

  it('ends its process when it is told to', async () => {
    expect(await console_.process.end('SIGTERM')).toBe(0);
  });
});

/** Whether a page has all of these texts. */
async function shows(page: Visitor['page'], path: string, ...texts: string[]): Promise<true | undefined> {
  await page.goto(path);
  const main = await page.locator('main').innerText();
  return texts.every((text) => main.includes(text)) || undefined;
}

async function isSettled(content: Promise<string>): Promise<true | undefined> {
  return !/>(running|queued|verifying)</.test(await content) || undefined;
}
