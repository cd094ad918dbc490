import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';

describe('html', () => {
  it('escapes every value, in text and in attributes', () => {
    const hostile = `<script>alert('1')</script>" onload="x" & more`;

    expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
      `<p title="${'&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x&quot; &amp; more'}">` +
        '&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x&quot; &amp; more</p>',
    );
  });

  it('takes markup of its own as it is, lists one after the other, and leaves out what is nothing', () => {
    const rows = ['a', '<b>'].map((name) => html`<i>${name}</i>`);

    expect(html`<b>${rows}${null}${undefined}${false}${0}</b>`.text).toBe('<b><i>a</i><i>&lt;b&gt;</i>0</b>');
  });

  it('does not take an object for markup because it looks like it', () => {
    const fake = { text: '<script>' } as never;

    expect(() => html`${fake}`).toThrow(TypeError);
  });
});
