// Writes docs/roles.md from the rows of test/roles; its test tells when the page is out of date.
import { writeFileSync } from "node:fs";
import { format } from "prettier";
import { load } from "./load-typescript.mjs";

const { rolesDocument } = await load("test/roles/document.ts");
writeFileSync("docs/roles.md", await format(rolesDocument(), { parser: "markdown" }));
