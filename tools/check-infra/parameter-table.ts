/**
 * How the table of parameters in `infra/README.md` differs from the parameters of `main.bicep`: each has a row
 * of its own, in which its name comes first.
 */
export function offTable(readme: string, main: string): string[] {
  const there = [...main.matchAll(/^param (\w+)/gm)].map(([, name = ""]) => name);
  const named = [...partOf(readme).matchAll(/^\| `(\w+)`/gm)].map(([, name = ""]) => name);
  return [
    ...there.filter((name) => !named.includes(name)).map((name) => `${name} isn't in the table`),
    ...named.filter((name) => !there.includes(name)).map((name) => `${name} is no parameter`),
    ...named
      .filter((name, index) => named.indexOf(name) !== index)
      .map((name) => `${name} is in the table twice`),
  ];
}

/** Before the first chapter below: what stands in other tables isn't meant. */
function partOf(readme: string): string {
  const [, below = ""] = readme.split(/^## Parameters$/m);
  return below.split(/^###? /m)[0] ?? "";
}
