import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setId, snippets, VERSION_ID, type Snippet } from "./cases";
import { run } from "../run-program";

/** Stands for `az`: writes down how many arguments it got, and the arguments, each ended by NUL. */
const RECORDER = `#!/bin/sh
printf '%s\\0' "$#" "$@" >> "$AZ_RECORD"
`;

/**
 * What is wrong with the texts for the Azure CLI: bash runs each with a recorder for `az`, and then
 * the real `az`, which isn't signed in, is given what was recorded. It checks the command, its
 * options and their values before it asks to sign in.
 */
export async function checkAzureCli(folder: string): Promise<string[]> {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "az"), RECORDER);
  chmodSync(join(bin, "az"), 0o755);
  if ((await refusal(folder, ["vm", "create", "--no-such-option", "x"])) === undefined)
    return ["az takes any option: nothing was checked"];
  const wrong: string[] = [];
  const asked = new Set<string>();
  for (const snippet of snippets("azureCli")) {
    const commands = await recorded(snippet, folder, bin);
    wrong.push(...wrongValues(snippet, commands));
    for (const args of commands) {
      if (asked.has(args.join("\0"))) continue;
      asked.add(args.join("\0"));
      const message = await refusal(folder, args);
      if (message !== undefined) wrong.push(`${snippet.name}: ${message}`);
    }
  }
  return wrong;
}

async function recorded(snippet: Snippet, folder: string, bin: string): Promise<string[][]> {
  const record = join(folder, "record");
  writeFileSync(record, "");
  const env = { PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`, AZ_RECORD: record };
  const { code, stderr } = await run("bash", ["--norc", "-c", snippet.text], env);
  if (code !== 0) throw new Error(`${snippet.name}: bash ended with ${code}: ${stderr}`);
  const words = readFileSync(record, "utf8").split("\0").slice(0, -1);
  const commands: string[][] = [];
  while (words.length > 0) commands.push(words.splice(0, Number(words.shift())));
  return commands;
}

function wrongValues({ name, kind, image, elsewhere }: Snippet, commands: string[][]): string[] {
  const create = commands.at(-1) ?? [];
  const after = (option: string): string | undefined =>
    create.includes(option) ? create[create.indexOf(option) + 1] : undefined;
  const at = create.indexOf("--data-disk-encryption-sets") + 1;
  const facts: [what: string, is: unknown, wanted: unknown][] = [
    ["command", create[0], kind === "virtualMachine" ? "vm" : "vmss"],
    ["--image", after("--image"), VERSION_ID],
    ["accepted terms", commands.length - 1, image.purchasePlan === undefined ? 0 : 1],
    ["--plan-product", after("--plan-product"), image.purchasePlan?.product],
  ];
  if (!elsewhere) {
    const option =
      image.security === "confidentialDisk"
        ? "--os-disk-secure-vm-disk-encryption-set"
        : "--os-disk-encryption-set";
    const sets = image.dataDisks.map(({ lun }) => setId(`lun-${lun}`));
    facts.push([option, after(option), setId("os")]);
    if (sets.length > 0)
      facts.push(["data disks", create.slice(at, at + sets.length).join(), sets.join()]);
  }
  return facts
    .filter(([, is, wanted]) => is !== wanted)
    .map(([what, is, wanted]) => `${name}: ${what} is ${String(is)}, not ${String(wanted)}`);
}

/** Why `az` refuses the arguments; undefined when all that it asks for is to sign in. */
async function refusal(folder: string, args: string[]): Promise<string | undefined> {
  const { stderr, code } = await run("az", args, {
    AZURE_CONFIG_DIR: join(folder, "azure"),
    AZURE_CORE_COLLECT_TELEMETRY: "no",
    HOME: folder,
  });
  return stderr.includes("az login") ? undefined : `az ended with ${code}: ${stderr.trim()}`;
}
