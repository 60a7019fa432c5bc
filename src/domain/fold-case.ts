/**
 * The text in small letters, each of which goes back to the letter that it came from: the Kelvin sign
 * would become a `k`, and pass for a name that somebody else owns. Azure tells them apart.
 */
export function foldCase(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\u0000-\u007f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (letter) => {
    const small = letter.toLowerCase();
    return small.toUpperCase() === letter ? small : letter;
  }).join("");
}
