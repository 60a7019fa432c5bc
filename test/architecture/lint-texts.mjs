// Lints texts as if they were the contents of files of this repository, with its own configuration.
// stdin: [{ filePath, text }]; stdout: for each, its messages. A process of its own, because jest
// can't load ESLint's modules.
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { ESLint } from "eslint";

const inputs = JSON.parse(await text(process.stdin));
const eslint = new ESLint({ cwd: fileURLToPath(new URL("../..", import.meta.url)) });
const results = [];
for (const { filePath, text: source } of inputs) {
  const [result] = await eslint.lintText(source, { filePath });
  results.push(result.messages.map(({ ruleId, message, fatal }) => ({ ruleId, message, fatal })));
}
process.stdout.write(JSON.stringify(results));
