import { problem as problemOf } from '../views/forms.js';
import { type Html, html } from '../views/html.js';
import { bareLayout } from '../views/layout.js';

/** The door: asks for a token of staff. */
export function signInPage({ next, problem }: { next: string; problem?: string }): Html {
  return bareLayout({
    title: 'Sign in',
    body: html`${problemOf(problem)}
      <form method="post" action="/sign-in" class="stack">
        <input type="hidden" name="next" value="${next}" />
        <div class="field">
          <label for="token">Platform token</label>
          <input type="password" id="token" name="token" required autocomplete="off" aria-describedby="token-hint" autofocus />
          <small id="token-hint">Your session ends with the token, or after 20 minutes without use.</small>
        </div>
        <button class="primary">Sign in</button>
      </form>
      <p class="quiet">A token is made on the machine that has the keys of the gateway:</p>
      <pre><code>caas-admin token mint --subject adm_… \\
  --role platform_viewer --reason 'looking around'</code></pre>`,
  });
}
