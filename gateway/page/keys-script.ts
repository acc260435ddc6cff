/**
 * Digits to tap, for a small touch screen that has no keyboard: they fill the field that was touched
 * last. A phone has its own.
 */
export const keysJs = `
'use strict';
const form = document.querySelector('form[data-keys]');
// Touch panels often say that they are a mouse: the size tells, and not the pointer.
const isSmall = matchMedia('(min-height: 15rem) and (max-height: 30rem)').matches;
if (form !== null && isSmall) {
  const fields = [...form.querySelectorAll('.field input')];
  let field = fields[0];
  const touch = (it) => {
    field = it;
    for (const one of fields) one.classList.toggle('touched', one === it);
    decimal.textContent = it.dataset.decimal;
    decimal.hidden = it.dataset.decimal === '';
    // Below the field itself, so that no field is ever behind them.
    if (keys.previousElementSibling !== it.closest('.field')) it.closest('.field').after(keys);
  };
  const keys = document.createElement('div');
  keys.className = 'keys';
  keys.setAttribute('role', 'group');
  keys.setAttribute('aria-label', form.dataset.keys);
  const key = (text, act) => {
    const it = document.createElement('button');
    it.type = 'button';
    it.className = 'plain';
    it.textContent = text;
    it.addEventListener('click', act);
    keys.append(it);
    return it;
  };
  const type = (text) => {
    if (field.value.length < field.maxLength) field.value += text;
  };
  for (const digit of '12345') key(digit, () => type(digit));
  const decimal = key('', () => type(field.dataset.decimal));
  for (const digit of '67890') key(digit, () => type(digit));
  key(form.dataset.erase, () => { field.value = field.value.slice(0, -1); });
  for (const it of fields) {
    it.inputMode = 'none';
    it.addEventListener('focus', () => {
      touch(it);
      it.scrollIntoView({ block: 'center' });
    });
  }
  touch(field);
}
`;
