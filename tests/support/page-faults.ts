import type { Page } from 'playwright-core';

/** CSS pixels of whatever is touched on the patient page: an unsteady hand hits it. */
const smallestTarget = 48;

/** What of a page is cut at the side, and what is too small to touch; empty: nothing. */
export const faultsOf = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`(() => {
    const targets = 'a, button, summary, select, textarea, label.choice, ' +
      'input:not([type=hidden]):not([type=radio])';
    const small = [...document.querySelectorAll(targets)].filter((it) => {
      const { width, height } = it.getBoundingClientRect();
      const least = ${smallestTarget} - 0.5;
      return width > 1 && (width < least || height < least);
    });
    const isCut = document.documentElement.scrollWidth > innerWidth;
    return [...(isCut ? ['cut'] : []), ...small.map((it) => 'small: ' + it.outerHTML.slice(0, 90))];
  })()`);
