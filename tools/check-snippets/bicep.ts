import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setId, snippets, VERSION_ID, type Snippet } from "./cases";
import { run } from "../run-program";

const MISTAKE = `resource machine 'Microsoft.Compute/virtualMachines@2025-04-01' = {
  name: 'a'
  location: 'westus'
  properties: {
    noSuchMember: 1
  }
}
`;

/** What is wrong with the texts for Bicep: every word of the compiler's, warnings as well. */
export async function checkBicep(folder: string, bicep: string): Promise<string[]> {
  const env = { DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" };
  mkdirSync(folder, { recursive: true });
  const mistake = join(folder, "mistake.bicep");
  writeFileSync(mistake, MISTAKE);
  const { stderr: seen } = await run(bicep, ["build", mistake, "--stdout"], env);
  if (!seen.includes("noSuchMember")) return ["bicep takes any member: nothing was checked"];
  const all = snippets("bicep");
  for (const { name, text } of all) writeFileSync(join(folder, `${name}.bicep`), text);
  rmSync(mistake);
  const { code, stderr } = await run(bicep, ["build", "--pattern", join(folder, "*.bicep")], env);
  const told = stderr.split("\n").filter((line) => line.trim() !== "");
  if (code !== 0 || told.length > 0) return [`bicep ended with ${code}`, ...told];
  return all.flatMap((snippet) => wrongValues(snippet, join(folder, `${snippet.name}.json`)));
}

interface Template {
  parameters: Record<string, { defaultValue?: unknown } | undefined>;
}

function wrongValues({ name, image, elsewhere }: Snippet, compiled: string): string[] {
  const { parameters } = JSON.parse(readFileSync(compiled, "utf8")) as Template;
  const set = (id: string): string | undefined => (elsewhere ? undefined : id);
  const wanted: [parameter: string, value: string | undefined][] = [
    ["imageVersionId", VERSION_ID],
    ["osDiskSetId", set(setId("os"))],
    ...image.dataDisks.map(({ lun }): [string, string | undefined] => [
      `dataDisk${lun}SetId`,
      set(setId(`lun-${lun}`)),
    ]),
  ];
  return wanted
    .filter(([parameter, value]) => parameters[parameter]?.defaultValue !== value)
    .map(([parameter, value]) => `${name}: ${parameter} isn't ${String(value)}`);
}
