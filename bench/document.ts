/**
 * A document with other text between `<!-- name -->` and `<!-- /name -->`.
 * @throws Error when it hasn't got that section.
 */
export function withSection(document: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the document has no section ${begin} … ${end}`);
  const text = ["", "", ...lines, "", ""].join("\n");
  return document.slice(0, from + begin.length) + text + document.slice(to);
}
