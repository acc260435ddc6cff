/**
 * Keeps the page of the home as it is now. It is fetched anew when something changed, and each part of
 * it (a section with an id) that differs gets the new content in place: nothing jumps, what is open
 * stays open, the focus stays, and a part in which somebody fills something in is left alone. While the
 * gateway cannot be reached the page says that it may be old.
 */
export const liveJs = `
'use strict';
const main = document.getElementById('main');
const lost = document.getElementById('lost');
const address = main.dataset.follows;
const readableFrom = performance.now() + Number(main.dataset.after);
const focusable = 'a, button, summary, input, select, textarea';
let isBusy = false;

function plainOf(part) {
  const copy = part.cloneNode(true);
  for (const it of copy.querySelectorAll('input[name=token]')) it.remove();
  for (const it of copy.querySelectorAll('details[open]')) it.removeAttribute('open');
  return copy.innerHTML;
}

function isFilledIn(part) {
  const fields = [...part.querySelectorAll('input:not([type=hidden]), select, textarea')];
  return fields.some((it) => it === document.activeElement ||
    (it.type === 'radio' ? it.checked !== it.defaultChecked
      : it.tagName !== 'SELECT' && it.value !== it.defaultValue));
}

function nameOf(it) {
  const within = it.closest('details')?.id ?? '';
  return [within, it.tagName, it.getAttribute('href'), it.name, it.value].join(' ');
}

function renewPart(old, next) {
  if (plainOf(old) === plainOf(next) || isFilledIn(old)) return;
  const open = [...old.querySelectorAll('details[open]')].map((it) => it.id);
  const held = old.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  old.replaceChildren(...next.childNodes);
  for (const it of old.querySelectorAll('details')) it.open = open.includes(it.id);
  if (held === null) return;
  const again = [...old.querySelectorAll(focusable)].find((it) => nameOf(it) === held);
  (again ?? main).focus({ preventScroll: true });
}

function renewParts(next) {
  const parts = [...next.querySelectorAll(':scope > section')];
  const ids = parts.map((it) => it.id);
  for (const old of main.querySelectorAll(':scope > section'))
    if (!ids.includes(old.id) && !isFilledIn(old)) old.remove();
  let before = null;
  for (const part of parts) {
    const old = document.getElementById(part.id);
    if (old !== null) renewPart(old, part);
    else if (before === null) main.querySelector('h1').after(part);
    else before.after(part);
    before = document.getElementById(part.id);
  }
}

async function renew() {
  if (isBusy || document.hidden || performance.now() < readableFrom) return;
  isBusy = true;
  try {
    const answer = await fetch(address, { headers: { accept: 'text/html' } });
    // Nobody of this home any more: what is on the screen is not to be seen.
    if (answer.status === 404) location.replace('/');
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    renewParts(page.getElementById('main'));
    if (location.pathname !== address) history.replaceState(null, '', address);
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  } finally {
    isBusy = false;
  }
}

const changes = new EventSource('/changes');
changes.onmessage = renew;
changes.onopen = renew;
changes.onerror = renew;
// Where no more screens are told, it looks by itself.
setInterval(renew, 60000);
document.addEventListener('visibilitychange', renew);
`;
