import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NotFoundError, UnavailableError } from '@caas/runtime';
import { consoleRoutes } from '../console-routes.js';
import { ConsoleBench } from '../console.fixture.js';
import { html } from '../views/html.js';
import { type ConsoleRoute } from './console-route.js';
import { IDLE_MS } from './sessions.js';

const page = { title: 'A page', body: html`<p>inside</p>` };

const open: ConsoleBench[] = [];
afterEach(() => Promise.all(open.splice(0).map((bench) => bench.close())));

function aBench(...given: ConstructorParameters<typeof ConsoleBench>): ConsoleBench {
  const bench = new ConsoleBench(...given);
  open.push(bench);
  return bench;
}

/** Two pages and an action that counts what is done. */
function aConsole() {
  const done: string[] = [];
  const routes: ConsoleRoute[] = [
    { method: 'GET', path: '/', needs: 'platform_viewer', handle: () => page },
    { method: 'GET', path: '/things/:id', needs: 'platform_viewer', handle: ({ params: { id = '' } }) => failing(id) },
    {
      method: 'POST',
      path: '/things',
      needs: 'platform_operator',
      handle: ({ operator, form }) => {
        done.push(`${operator.role} ${form.get('what')}`);
        return { goTo: '/', notice: 'It is <done>.' };
      },
    },
  ];
  return { done, bench: aBench(routes) };
}

function failing(id: string): never {
  throw id === 'gone' ? new NotFoundError('There is no such thing.') : new UnavailableError('mongodb://user:secret@host is away');
}

describe('the door', () => {
  it('is where everybody goes who is not signed in, and leads back to where they wanted to go', async () => {
    const { bench } = aConsole();
    const browser = bench.browser();

    const asked = await browser.get('/things/1?x=2');
    const entered = await browser.post('/sign-in', { token: ' platform_viewer\n', next: '/things/1?x=2' });

    expect(asked).toMatchObject({ status: 303, headers: { location: '/sign-in?next=%2Fthings%2F1%3Fx%3D2' } });
    expect(entered).toMatchObject({ status: 303, headers: { location: '/things/1?x=2' } });
    expect((await browser.post('/nowhere')).status).toBe(404);
    expect((await bench.browser().post('/things', { what: 'x' })).status).toBe(401);
    expect((await bench.browser().get('/nowhere')).status).toBe(303);
  });

  it.each(['https://evil.example', '//evil.example', '/\\evil.example', '/sign-out', '/a\r\nx: y', ''])(
    'leads to no other place: %j',
    async (next) => {
      const { bench } = aConsole();

      expect((await bench.browser().post('/sign-in', { token: 'platform_viewer', next })).headers['location']).toBe('/');
    },
  );

  it('gives a cookie that no script and no other site can use, and writes down who came', async () => {
    const { bench } = aConsole();

    const { headers } = await bench.browser().post('/sign-in', { token: 'platform_admin' }, { 'user-agent': 'a browser' });

    expect(String(headers['set-cookie'])).toMatch(/^caas_console=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=3600$/);
    expect(bench.recorded).toMatchObject([
      {
        tenantId: null,
        actor: {
          type: 'platform_admin',
          id: expect.stringMatching(/^adm_/),
          role: 'platform_admin',
          ip: '127.0.0.1',
          userAgent: 'a browser',
        },
        action: { name: 'auth.console_entered' },
      },
    ]);
  });

  it('gives a cookie for TLS alone behind a public address, and answers to that address', async () => {
    const bench = aBench([], { publicUrl: new URL('https://console.example.com') });
    const from = { host: 'console.example.com', origin: 'https://console.example.com' };

    const { headers } = await bench.browser().post('/sign-in', { token: 'platform_admin' }, from);

    expect(String(headers['set-cookie'])).toMatch(/; Secure$/);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('stays shut for what is no token of staff, and notes it without the token', async () => {
    const { bench } = aConsole();
    const browser = bench.browser();

    const answer = await browser.post('/sign-in', { token: 'eyJ-somebody-elses' });

    expect(answer.status).toBe(401);
    expect(answer.text).toContain('was not signed by a key that is in force');
    expect(browser.cookie).toBeUndefined();
    expect(bench.noted).toMatchObject([
      { action: { name: 'auth.console_entered' }, result: { status: 'denied', errorCode: 'AUTH_TOKEN_SIGNATURE' } },
    ]);
    expect(JSON.stringify([bench.noted, answer])).not.toContain('somebody-elses');
  });
});

describe('a session', () => {
  it('ends with its token, with a revocation, without use, and by signing out', async () => {
    const { bench } = aConsole();
    const [idle, used, revoked, out] = [
      await bench.signedIn('platform_viewer'),
      await bench.signedIn('platform_viewer'),
      await bench.signedIn('platform_operator'),
      await bench.signedIn('platform_viewer'),
    ];
    const status = async (browser: typeof idle) => (await browser.get('/')).status;
    const { cookie } = out;

    await out.submit('/sign-out');
    out.cookie = cookie;
    expect(await status(out)).toBe(303);
    expect(await status(revoked)).toBe(200);
    bench.revoked.add('platform_operator');
    expect(await status(revoked)).toBe(303);
    bench.clock.advance(IDLE_MS - 1);
    expect(await status(used)).toBe(200);
    await idle.get('/', { 'x-looks-again': '1' });
    bench.clock.advance(1);
    expect(await status(idle)).toBe(303);
    bench.clock.advance(IDLE_MS - 2);
    expect(await status(used)).toBe(200);
    bench.clock.advance(IDLE_MS - 1);
    expect(await status(used)).toBe(200);
    bench.clock.advance(3);
    expect(await status(used)).toBe(303);
  });

  it('shows a notice once, as text', async () => {
    const { bench } = aConsole();
    const browser = await bench.signedIn('platform_operator');

    await browser.submit('/things', { what: 'x' });

    expect((await browser.get('/')).text).toContain('It is &lt;done&gt;.');
    expect((await browser.get('/')).text).not.toContain('It is');
  });
});

describe('an action', () => {
  it('is done for whoever may, once', async () => {
    const { bench, done } = aConsole();

    const answer = await (await bench.signedIn('platform_admin')).submit('/things', { what: 'x' });

    expect(answer).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(done).toEqual(['platform_admin x']);
  });

  it('is refused to a role below, and noted', async () => {
    const { bench, done } = aConsole();

    const answer = await (await bench.signedIn('platform_viewer')).submit('/things', { what: 'x' });

    expect(answer.status).toBe(403);
    expect(answer.text).toContain('needs the role operator');
    expect(done).toEqual([]);
    expect(bench.noted).toMatchObject([
      {
        actor: { role: 'platform_viewer' },
        action: { name: 'console.refused' },
        target: { identifier: 'POST /things' },
        result: { status: 'denied' },
      },
    ]);
  });

  it('is refused without the token of the session’s own forms, or from another site', async () => {
    const { bench, done } = aConsole();
    const browser = await bench.signedIn('platform_admin');
    const other = await bench.signedIn('platform_admin');
    const _form = await browser.formToken();
    const status = async (form: Record<string, string>, headers?: Record<string, string>) =>
      (await browser.post('/things', { what: 'x', ...form }, headers)).status;

    expect(await status({})).toBe(403);
    expect(await status({ _form: `${_form.slice(0, -1)}~` })).toBe(403);
    expect(await status({ _form: await other.formToken() })).toBe(403);
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      expect(await status({ _form }, headers)).toBe(403);
    }
    expect(await status({ _form }, { 'content-type': 'application/json' })).toBe(415);
    expect(done).toEqual([]);
    expect(await status({ _form })).toBe(303);
  });
});

describe('every answer', () => {
  it('comes to the console’s own names only', async () => {
    const { bench } = aConsole();
    const browser = await bench.signedIn('platform_viewer');
    const status = async (host: string) => (await browser.get('/', { host })).status;

    expect(await Promise.all(['localhost', '127.0.0.1:9', '[::1]:3030'].map(status))).toEqual([200, 200, 200]);
    expect(await Promise.all(['evil.example', 'localhost.evil.example:3030', '127.0.0.1.evil.example'].map(status))).toEqual([
      421, 421, 421,
    ]);
  });

  it('allows nothing inline, nothing from elsewhere and no copy, whatever it is', async () => {
    const { bench } = aConsole();
    const browser = await bench.signedIn('platform_viewer');

    for (const { headers, text } of [await browser.get('/'), await browser.get('/nowhere'), await bench.browser().get('/sign-in')]) {
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
      expect(policy).not.toContain('unsafe');
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' });
      expect(text).not.toMatch(/<script(?! src="\/assets\/)|<style|\sstyle=|\son[a-z]+=|https?:\/\//);
    }
    const stylesheet = /href="(\/assets\/[^"]+\.css)"/.exec((await browser.get('/')).text)?.[1] ?? '';
    expect(await bench.browser().get(stylesheet)).toMatchObject({ status: 200, headers: { 'content-type': 'text/css; charset=utf-8' } });
  });

  it('says what is wrong with a request, and of what is wrong inside only that it is', async () => {
    const { bench } = aConsole();
    const browser = await bench.signedIn('platform_viewer');

    const [gone, down] = [await browser.get('/things/gone'), await browser.get('/things/down')];

    expect(gone.status).toBe(404);
    expect(gone.text).toContain('There is no such thing.');
    expect(down.status).toBe(503);
    expect(down.text).toContain('did not answer');
    expect(down.text).not.toContain('secret');
    expect(bench.logged.join()).toContain('is away');
  });
});

describe('a console that is stopped', () => {
  it('waits for no connection that carries no request', async () => {
    const { bench } = aConsole();
    await bench.browser().get('/');
    const socket = connect((bench.server.app.server.address() as AddressInfo).port, '127.0.0.1');
    const ended = once(socket.resume(), 'close');
    await once(socket, 'connect');
    await bench.browser().get('/'); // by then the server has taken the connection

    await bench.close();

    await ended;
  });
});

describe('the routes of the console', () => {
  const reached: string[] = [];
  const routes = consoleRoutes({ services: {}, lag: {}, background: {} } as never).map((route) => ({
    ...route,
    handle: () => {
      reached.push(`${route.method} ${route.path}`);
      return page;
    },
  }));

  it('change nothing for a viewer: each form and its page is refused', async () => {
    const bench = aBench(routes);
    const [viewer, admin] = [await bench.signedIn('platform_viewer'), await bench.signedIn('platform_admin')];
    const changing = routes.filter(({ method }) => method === 'POST');
    const paths = new Set(changing.map(({ path }) => path));

    for (const { path } of changing) {
      expect((await viewer.submit(path.replaceAll(/:\w+/g, 'x'))).status).toBe(403);
      expect((await admin.submit(path.replaceAll(/:\w+/g, 'x'))).status).toBe(200);
    }
    for (const { path } of routes.filter(({ method, path }) => method === 'GET' && paths.has(path))) {
      expect((await viewer.get(path.replaceAll(/:\w+/g, 'x'))).status).toBe(403);
    }
    expect(reached).toEqual(changing.map(({ path }) => `POST ${path}`));
    expect(changing.length).toBeGreaterThan(10);
  });
});
