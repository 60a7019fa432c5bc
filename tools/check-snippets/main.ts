import { findCompiler } from "../check-infra/compiler";
import { inFolder, isInstalled } from "../run-program";
import { checkAzureCli } from "./azure-cli";
import { checkBicep } from "./bicep";
import { snippets } from "./cases";
import { checkPowerShell, PWSH } from "./power-shell";

/** The tools' own programs judge the texts; one that isn't installed is named, and judges nothing. */
const CHECKS = [
  { tool: "azureCli", program: () => "az", variable: undefined, check: checkAzureCli },
  { tool: "powerShell", program: () => PWSH, variable: "PWSH", check: checkPowerShell },
  { tool: "bicep", program: bicep, variable: "BICEP", check: checkBicep },
] as const;

void main();

/** Named by `BICEP`, or the one that checks the infrastructure, or on the path. */
async function bicep(): Promise<string> {
  const named = process.env["BICEP"];
  if (named !== undefined) return named;
  const found = await findCompiler();
  return found.kind === "found" ? found.compiler.program : "bicep";
}

async function main(): Promise<void> {
  for (const { tool, program: find, variable, check } of CHECKS) {
    const program = await find();
    if (!isInstalled(program)) {
      const hint = variable === undefined ? "" : `; ${variable} may name it`;
      process.stdout.write(`${tool}: NOT CHECKED, ${program} isn't installed${hint}\n`);
      continue;
    }
    const wrong = await inFolder((folder) => check(folder, program));
    const count = snippets(tool).length;
    process.stdout.write(
      [`${tool}: ${count} texts, ${wrong.length} wrong`, ...wrong, ""].join("\n"),
    );
    if (wrong.length > 0) process.exitCode = 1;
  }
}
