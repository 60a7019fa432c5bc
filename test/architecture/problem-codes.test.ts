import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { planCodes, problemCatalogue } from "../../src/domain/problem-catalogue";
import { withTables } from "../../tools/problems/tables";
import { readText, ROOT, unformatted } from "./repository";

const explained = Object.values(problemCatalogue).flatMap((codes) => Object.keys(codes));

const files = ["domain", "activities", "azure", "functions", "orchestrators"].flatMap((folder) =>
  readdirSync(join(ROOT, "src", folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.includes("catalogue"))
    .map((path) => `src/${folder}/${path}`),
);
const parsed = files.map((path) =>
  ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest, true),
);

function literalsIn(node: ts.Node): string[] {
  if (ts.isStringLiteral(node)) return [node.text];
  return node.getChildren().flatMap(literalsIn);
}

/** Codes that are written into a `code` by hand, past the functions whose types know them all. */
function codesIn(node: ts.Node): string[] {
  const own =
    ts.isPropertyAssignment(node) && node.name.getText() === "code"
      ? literalsIn(node.initializer)
      : [];
  return [...own, ...node.getChildren().flatMap(codesIn)];
}

test("every code of the catalogue is given somewhere", () => {
  const used = new Set(parsed.flatMap(literalsIn));
  expect(explained.filter((code) => !used.has(code))).toEqual([]);
});

test("no code is given that the catalogue doesn't explain", () => {
  const given = parsed.flatMap(codesIn).filter((code) => /^[A-Z][A-Za-z]+$/.test(code));
  expect(given.length).toBeGreaterThan(3);
  expect(given.filter((code) => !explained.includes(code))).toEqual([]);
});

test("every code that a plan can give is expected by a unit test", () => {
  const tests = readdirSync(join(ROOT, "test/unit"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => readText(`test/unit/${path}`))
    .join("\n");
  const expected = new Set(tests.match(/[A-Z][A-Za-z]+/g));
  expect(planCodes.filter((code) => !expected.has(code))).toEqual([]);
});

test("docs/problems.md has the tables of the catalogue (npm run problems)", () => {
  const document = readText("docs/problems.md");
  for (const code of explained) expect(document).toContain(`| \`${code}\``);
  expect(unformatted(withTables(document))).toBe(unformatted(document));
});
