import { checkAzureCli } from "./azure-cli";
import { BICEP, checkBicep } from "./bicep";
import { snippets } from "./cases";
import { checkPowerShell, PWSH } from "./power-shell";
import { inFolder, isInstalled } from "./run";

/** The tools' own programs judge the texts; one that isn't installed is named, and judges nothing. */
const CHECKS = [
  { tool: "azureCli", program: "az", variable: undefined, check: checkAzureCli },
  { tool: "powerShell", program: PWSH, variable: "PWSH", check: checkPowerShell },
  { tool: "bicep", program: BICEP, variable: "BICEP", check: checkBicep },
] as const;

void main();

async function main(): Promise<void> {
  for (const { tool, program, variable, check } of CHECKS) {
    if (!isInstalled(program)) {
      const hint = variable === undefined ? "" : `; ${variable} may name it`;
      process.stdout.write(`${tool}: NOT CHECKED, ${program} isn't installed${hint}\n`);
      continue;
    }
    const wrong = await inFolder(check);
    const count = snippets(tool).length;
    process.stdout.write(
      [`${tool}: ${count} texts, ${wrong.length} wrong`, ...wrong, ""].join("\n"),
    );
    if (wrong.length > 0) process.exitCode = 1;
  }
}
