/** How a page is laid out, as a browser measures it. */
import { expect } from 'vitest';

/**
 * A script for the page that gives pixels by which the page is too wide, the widest table, the tallest row, and texts and
 * labels that hold what should be made visible, or go on and on where nothing wraps.
 */
export const LAYOUT: string = String.raw`(() => {
  const odd = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u00ad\u202a-\u202e]/u;
  const raw = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
  for (let node = walker.root; node !== null; node = walker.nextNode()) {
    const isElement = node instanceof Element;
    const texts = isElement ? ['title', 'aria-label'].map((name) => node.getAttribute(name)) : [node.nodeValue];
    for (const text of texts)
      if (text !== null && (odd.test(text.trim()) || (isElement && text.length > 600)))
        raw.push(node.nodeName + ': ' + text.slice(0, 40));
  }
  const most = (selector, measure) => Math.max(0, ...[...document.querySelectorAll(selector)].map(measure));
  const { scrollWidth, clientWidth } = document.documentElement;
  return {
    overflow: Math.max(0, scrollWidth - clientWidth),
    widest: most('.scroll', (part) => part.scrollWidth),
    tallestRow: most('tbody tr', (row) => row.getBoundingClientRect().height),
    raw,
  };
})()`;

/** What names of any kind leave as it is. */
export const UNDISTURBED: Readonly<Record<string, unknown>> = {
  overflow: 0,
  widest: expect.toSatisfy((pixels: number) => pixels < 2000),
  tallestRow: expect.toSatisfy((pixels: number) => pixels < 60),
  raw: [],
};
