import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allBenchmarks } from "../../../bench/benchmarks";
import { withSection } from "../../../bench/document";

const DOCUMENT =
  "# Title\n\n<!-- a -->\n\nold\n\n<!-- /a -->\n\nby hand\n\n<!-- b -->\n\n<!-- /b -->\n";

test("a section is replaced, and all around it stays", () => {
  const once = withSection(DOCUMENT, "a", ["new", "lines"]);
  expect(once).toBe(DOCUMENT.replace("old", "new\nlines"));
  expect(withSection(once, "a", ["new", "lines"])).toBe(once);
});

test.each(["c", "title"])("a document without the section %s is refused", (name) => {
  expect(() => withSection(DOCUMENT, name, [])).toThrow(`no section <!-- ${name} -->`);
});

test("the page of benchmarks has a section for the machine and for each of them", () => {
  const root = join(__dirname, "../../..");
  const page = readFileSync(join(root, "docs/benchmarks.md"), "utf8");
  for (const name of ["machine", ...allBenchmarks(root).map((benchmark) => benchmark.name)])
    expect(withSection(page, name, ["measured"])).toContain(`<!-- ${name} -->\n\nmeasured\n\n`);
});
