/**
 * Values of a request stand in messages, and messages go to logs, tables, events and terminals. A
 * line break in one would forge a log line, an escape sequence drive a terminal, half of a surrogate
 * pair isn't taken by storage, and a megabyte drowns everything else.
 */

// Controls, formatting characters (they reorder or hide text), lone surrogates, line separators.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** True for text that prints as it is, and that says nothing else than what it shows. */
export const isPlain = (text: string): boolean => text.search(UNPRINTABLE) < 0;

/**
 * The text with every unprintable character as `\uXXXX`, and what is too long cut.
 * @param most how many UTF-16 units of `text` are kept
 */
export function plainText(text: string, most = Infinity): string {
  const kept = text.length <= most ? text : `${text.slice(0, most)}…`;
  return kept.replace(UNPRINTABLE, (character) =>
    // By unit: a character outside the basic plane has two.
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
