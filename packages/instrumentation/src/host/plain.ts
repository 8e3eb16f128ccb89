/** Texts of others on their way to a terminal. */

/** A text without what a terminal would take as an order, on one line. */
export function plain(text: string): string {
  return text.replaceAll(ORDERS, ' ');
}

// Control characters, line separators, and marks that turn the direction of writing.
const ORDERS = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu;
