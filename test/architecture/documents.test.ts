import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson, readText, ROOT } from "./repository";

/** The Markdown files of the project. */
const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...["docs", "infra", "src", "test", "tools", "samples"].flatMap((directory) =>
    readdirSync(join(ROOT, directory), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md"))
      .map((path) => `${directory}/${path.replaceAll("\\", "/")}`),
  ),
].filter((path) => !path.startsWith("test/fixtures/"));

const scripts = Object.keys(readJson<{ scripts: object }>("package.json").scripts);

test("there are documents to check", () => {
  expect(documents).toEqual(
    expect.arrayContaining(["README.md", "docs/architecture.md", "docs/runbook.md"]),
  );
});

/** GitHub's anchor of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

function anchorsOf(path: string): string[] {
  const withoutCode = readText(path).replace(/^```[^]*?^```/gm, "");
  return [...withoutCode.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading ?? ""));
}

test.each(documents)("every relative link of %s leads somewhere", (path) => {
  const text = readText(path).replace(/^```[^]*?^```/gm, "");
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? "");
  const broken = links
    .filter((target) => !/^[a-z]+:/i.test(target))
    .filter((target) => {
      const [file = "", fragment] = target.split("#");
      const to = file === "" ? path : join(dirname(path), file);
      if (!existsSync(join(ROOT, to))) return true;
      return fragment !== undefined && to.endsWith(".md") && !anchorsOf(to).includes(fragment);
    });
  expect(broken).toEqual([]);
});

test.each(documents)("every npm command of %s exists", (path) => {
  const text = readText(path);
  const run = [...text.matchAll(/\bnpm run ([a-z][a-z:-]*)/g)].map(([, name]) => name ?? "");
  const short = [...text.matchAll(/\bnpm (start|test|stop|restart)\b/g)].map(([, name]) => name);
  const missing = [...run, ...short].filter((name) => !scripts.includes(name ?? ""));
  expect(missing).toEqual([]);
});

test.each(documents)("%s names only files of the repository", (path) => {
  const text = readText(path).replace(/^```[^]*?^```/gm, "");
  const named = [...text.matchAll(/`((?:src|test|docs|samples|infra)\/[\w./-]+)`/g)];
  const missing = named
    .map(([, file]) => file ?? "")
    .filter((file) => !existsSync(join(ROOT, file)));
  expect(missing).toEqual([]);
});
