import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setId, snippets, VERSION_ID, type Snippet } from "./cases";
import { CMDLETS } from "./cmdlets";
import { run } from "../run-program";

/** PowerShell: on the path, or named by `PWSH`. */
export const PWSH = process.env["PWSH"] ?? "pwsh";

/** Parses every file of a folder; the Az modules aren't needed, and nothing of the files is run. */
const PARSE = `
using namespace System.Management.Automation.Language
param([string] $Folder)
$found = Get-ChildItem $Folder -Filter *.ps1 | ForEach-Object {
  $tokens = $null
  $errors = $null
  $ast = [Parser]::ParseFile($_.FullName, [ref] $tokens, [ref] $errors)
  $commands = $ast.FindAll({ $args[0] -is [CommandAst] }, $true)
  $texts = $ast.FindAll({ $args[0] -is [StringConstantExpressionAst] -and $args[0].StringConstantType -eq 'SingleQuoted' }, $true)
  @{
    name = $_.BaseName
    errors = @($errors | ForEach-Object Message)
    commands = @($commands | ForEach-Object {
      @{
        name = $_.GetCommandName()
        parameters = @($_.CommandElements | Where-Object { $_ -is [CommandParameterAst] } | ForEach-Object ParameterName)
      }
    })
    texts = @($texts | ForEach-Object Value)
  }
}
ConvertTo-Json -InputObject @($found) -Depth 8 -Compress
`;

interface Parsed {
  name: string;
  errors: string[];
  commands: { name: string | null; parameters: string[] }[];
  texts: string[];
}

/** What is wrong with the texts for PowerShell: syntax, cmdlets, their parameters, and values. */
export async function checkPowerShell(folder: string): Promise<string[]> {
  const files = join(folder, "files");
  mkdirSync(files);
  const all = snippets("powerShell");
  for (const { name, text } of all) writeFileSync(join(files, `${name}.ps1`), text);
  writeFileSync(join(files, "mistake.ps1"), "& { Set-AzVMOSDisk -NoSuchParameter 'x ");
  writeFileSync(join(folder, "parse.ps1"), PARSE);
  const { code, stdout, stderr } = await run(PWSH, [
    ...["-NoProfile", "-NonInteractive", "-File", join(folder, "parse.ps1"), files],
  ]);
  if (code !== 0) throw new Error(`pwsh ended with ${code}: ${stderr}`);
  const parsed = new Map((JSON.parse(stdout) as Parsed[]).map((file) => [file.name, file]));
  if (parsed.get("mistake")?.errors.length === 0)
    return ["pwsh takes any text: nothing was checked"];
  return all.flatMap((snippet) => wrongIn(snippet, parsed.get(snippet.name)));
}

function wrongIn({ name, image, elsewhere }: Snippet, parsed: Parsed | undefined): string[] {
  if (parsed === undefined) return [`${name}: wasn't parsed`];
  const sets = ["os", ...image.dataDisks.map(({ lun }) => `lun-${lun}`)].map(setId);
  const missing = [VERSION_ID, ...(elsewhere ? [] : sets)].filter(
    (value) => !parsed.texts.includes(value),
  );
  return [
    ...parsed.errors,
    ...parsed.commands.flatMap(unknownIn),
    ...missing.map((value) => `${value} isn't a text of it`),
  ].map((what) => `${name}: ${what}`);
}

/** A command without a name is the script block around all. */
function unknownIn({ name, parameters }: Parsed["commands"][number]): string[] {
  if (name === null) return [];
  const known = CMDLETS[name]?.split(" ");
  if (known === undefined) return [`no cmdlet ${name}`];
  return parameters
    .filter((parameter) => !known.includes(parameter))
    .map((parameter) => `${name} has no -${parameter}`);
}
