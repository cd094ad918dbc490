/** What pages of the console do besides being read. Everything works without it, with a load of the page more. */

/** A button is dead until the word is typed that is asked for; the server asks for it as well. */
for (const place of document.querySelectorAll('[data-expects]')) {
  const field = place.querySelector('input[name="confirm"]');
  const button = place.closest('form')?.querySelector('button.danger');
  if (field === null || !(button instanceof HTMLButtonElement)) continue;
  const check = () => (button.disabled = field.value !== place.dataset.expects);
  field.addEventListener('input', check);
  check();
}

/** Nothing is sent twice by a second click. Buttons stay alive until the form has been read, because the pressed one is part of it. */
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener('submit', () =>
    setTimeout(() => {
      for (const button of form.querySelectorAll('button')) button.disabled = true;
    }),
  );
}
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

/** Regions that look again by themselves while somebody looks at them and is not in the middle of something there. */
function lookAgain(region) {
  const seconds = Number(region.dataset.refresh);
  if (!(seconds > 0)) return;
  setTimeout(async () => {
    const isBusy = document.hidden || region.contains(document.activeElement);
    const fresh = isBusy ? region : await fetchRegion(region.id).catch(() => region);
    if (fresh === null) return location.reload(); // the session has ended, or the page has
    if (fresh !== region) region.replaceWith(fresh);
    lookAgain(fresh);
  }, seconds * 1000);
}

async function fetchRegion(id) {
  const response = await fetch(location.href, { headers: { 'x-looks-again': '1' } });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const region = page.getElementById(id);
  return region === null ? null : document.adoptNode(region);
}

for (const region of document.querySelectorAll('[data-refresh]')) lookAgain(region);
