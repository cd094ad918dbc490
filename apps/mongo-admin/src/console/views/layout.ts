import { type StaffRole } from '@caas/identity';
import { ICON, SCRIPT, STYLESHEET } from '../http/assets.js';
import { roleName } from '../roles.js';
import { formTokenField } from './forms.js';
import { type Fragment, type Html, html } from './html.js';

const SECTIONS = [
  ['/', 'Overview'],
  ['/tenants', 'Tenants'],
  ['/schema', 'Schema'],
  ['/topics', 'Topics'],
  ['/dead-letters', 'Dead letters'],
  ['/audit', 'Audit'],
] as const;

/** Who looks at a page, and where. */
export interface Frame {
  readonly path: string;
  readonly operatorId: string;
  readonly role: StaffRole;
  readonly formToken: string;
  readonly notice?: string | undefined;
}

/** A whole page of somebody who is signed in. */
export function layout({ title, body }: { title: string; body: Fragment }, frame: Frame): Html {
  const { operatorId, role, notice } = frame;
  return page(
    title,
    html`<a class="skip" href="#main">Skip to content</a>
      <header class="bar">
        <a class="brand" href="/"><span aria-hidden="true" class="mark"></span>CAAS</a>
        <nav aria-label="Sections">${SECTIONS.map((section) => sectionLink(section, frame.path))}</nav>
        <form class="who" method="post" action="/sign-out">
          ${formTokenField(frame)}
          <span class="who-id" title="${operatorId}">${shortId(operatorId)}</span>
          <span class="badge">${roleName(role)}</span>
          <button class="quiet">Sign out</button>
        </form>
      </header>
      <main id="main" tabindex="-1">
        ${notice !== undefined && html`<p class="notice" role="status">${notice}</p>`}
        <h1>${title}</h1>
        ${body}
      </main>`,
  );
}

/** A page before anybody is signed in. */
export function bareLayout({ title, body }: { title: string; body: Fragment }): Html {
  return page(
    title,
    html`<main id="main" class="door">
      <p class="brand"><span aria-hidden="true" class="mark"></span>CAAS</p>
      <h1>${title}</h1>
      ${body}
    </main>`,
  );
}

function page(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · CAAS console</title>
        <link rel="icon" href="${ICON.path}" />
        <link rel="stylesheet" href="${STYLESHEET.path}" />
        <script src="${SCRIPT.path}" defer></script>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}

function sectionLink([path, name]: (typeof SECTIONS)[number], at: string): Html {
  const isHere = path === '/' ? at === '/' : at === path || at.startsWith(`${path}/`);
  return isHere ? html`<a href="${path}" aria-current="page">${name}</a>` : html`<a href="${path}">${name}</a>`;
}

/** The end of an id is what differs. */
function shortId(id: string): string {
  return id.length <= 16 ? id : `${id.slice(0, 4)}…${id.slice(-6)}`;
}
