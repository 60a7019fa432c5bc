// Writes docs/fault-matrix.md from the cells of the matrix; its test tells when the page is out of date.
import { writeFileSync } from "node:fs";
import { format } from "prettier";
import { load } from "./load-typescript.mjs";

const { faultMatrix } = await load("test/matrix/document.ts");
writeFileSync("docs/fault-matrix.md", await format(faultMatrix(), { parser: "markdown" }));
