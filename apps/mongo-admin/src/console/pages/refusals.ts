import { type Html, html } from '../views/html.js';
import { bareLayout } from '../views/layout.js';

/** What is said to somebody who is not signed in. */
export function refusalPage(text: string): Html {
  return bareLayout({ title: 'Not here', body: html`<p>${text}</p>` });
}

/** What is said to somebody who is. */
export function errorPage(text: string): { title: string; body: Html } {
  return {
    title: 'That did not work',
    body: html`<p class="notice bad" role="alert">${text}</p>
      <p><a href="/">To the overview</a></p>`,
  };
}
