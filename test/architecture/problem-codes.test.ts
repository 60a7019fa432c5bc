import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { readText, ROOT } from "./repository";

/** Where the code stands among the arguments of the functions that make problems and faults. */
const MAKERS: Record<string, number> = { problem: 1, fault: 0, report: 0, when: 2 };

/** Every string in a piece of source: both sides of a choice count. */
function literalsIn(node: ts.Node): string[] {
  if (ts.isStringLiteral(node)) return [node.text];
  return node.getChildren().flatMap(literalsIn);
}

function codesIn(node: ts.Node): string[] {
  const own: string[] = [];
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const code = node.arguments[MAKERS[node.expression.text] ?? -1];
    if (code !== undefined && ts.isStringLiteral(code)) own.push(code.text);
  }
  if (ts.isPropertyAssignment(node) && node.name.getText() === "code")
    own.push(...literalsIn(node.initializer));
  return [...own, ...node.getChildren().flatMap(codesIn)];
}

const files = ["domain", "activities", "azure", "functions", "orchestrators"].flatMap((folder) =>
  readdirSync(join(ROOT, "src", folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `src/${folder}/${path}`),
);
const inSource = new Set(
  files
    .flatMap((path) =>
      codesIn(ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest, true)),
    )
    .filter((code) => /^[A-Z][A-Za-z]+$/.test(code)),
);

/** Codes in the first columns of the tables, but those of Azure in the last one. */
const documented = new Set(
  (readText("docs/problems.md").split("Azure's codes go through")[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([A-Za-z]+)`/g)])
    .map(([, code]) => code ?? ""),
);

test("docs/problems.md explains every code that the pipeline can give, and no other", () => {
  expect(inSource.size).toBeGreaterThan(40);
  expect([...documented].sort()).toEqual([...inSource].sort());
});
