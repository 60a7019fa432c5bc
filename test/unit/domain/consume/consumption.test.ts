import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { consumption, type Consumption } from "../../../../src/domain/consume/consumption";
import { MACHINE_KINDS, type MachineKind } from "../../../../src/domain/consume/recipe";
import {
  confidentialRegion,
  encryptedRegion,
  fakeImage,
  VERSION_ID,
} from "../../../support/fake-machine-image";
import { OTHER_SUBSCRIPTION, setId, SUBSCRIPTION } from "../../../support/request-factory";
import { CASES } from "./cases";

const FIXTURES = join(__dirname, "../../../fixtures/consume");
const TOOLS = [
  ["azureCli", "sh"],
  ["powerShell", "ps1"],
  ["bicep", "bicep"],
] as const;

const kept = CASES.flatMap((one) =>
  TOOLS.map(([tool, extension]) => ({ ...one, tool, extension })),
);

test.each(kept)("$name is for $tool what is kept", ({ name, kind, input, tool, extension }) => {
  const text = consumption(input())[tool][kind];
  expect(text).toBe(readFileSync(join(FIXTURES, `${name}.${extension}`), "utf8"));
});

test("docs/consume.md shows the first case as it is written", () => {
  const document = readFileSync(join(__dirname, "../../../../docs/consume.md"), "utf8");
  const [first] = CASES;
  for (const [tool] of TOOLS)
    expect(document).toContain(first && `\n${consumption(first.input())[tool][first.kind]}\`\`\``);
});

type Tool = Exclude<keyof Consumption, "region">;

/**
 * Which set each disk gets, read from the text: the value of the variable that is used for the disk.
 * `os`, or the LUN.
 */
const READERS: Record<Tool, (text: string, luns: readonly number[]) => Record<string, string>> = {
  azureCli: (text, luns) => {
    const value = (word = ""): string =>
      new RegExp(`^${word.slice(2, -1)}='([^']*)'$`, "m").exec(text)?.[1] ?? "";
    const words = (option: string): string[] =>
      new RegExp(`^ {2}${option} (.*?)( \\\\)?$`, "m").exec(text)?.[1]?.split(" ") ?? [];
    // The CLI's own rule: the n-th set is for the n-th disk that the version lists.
    const data = words("--data-disk-encryption-sets").map((word, at) => [luns[at], value(word)]);
    const [os] = words("--os-disk(?:-secure-vm-disk)?-encryption-set");
    return { os: value(os), ...(Object.fromEntries(data) as object) };
  },
  powerShell: (text) => {
    const value = (name = ""): string =>
      new RegExp(`^ {2}\\${name} = '([^']*)'$`, "m").exec(text)?.[1] ?? "";
    const data = text.matchAll(
      /Add-AzVm(?:ss)?DataDisk .*-Lun (\d+) .*-DiskEncryptionSetId (\S+)/gi,
    );
    const os =
      /(?:Set-AzVMOSDisk|Set-AzVmssStorageProfile) .*-(?:DiskEncryptionSetId|SecureVMDiskEncryptionSet) (\S+)/.exec(
        text,
      );
    return {
      os: value(os?.[1]),
      ...Object.fromEntries([...data].map(([, lun = "", name]) => [lun, value(name)])),
    };
  },
  bicep: (text) => {
    const value = (name = ""): string =>
      new RegExp(`^param ${name} string = '([^']*)'$`, "m").exec(text)?.[1] ?? "";
    const [osDisk = "", dataDisks = ""] = text.split(/^ +osDisk: /m)[1]?.split(/dataDisks: /) ?? [];
    const data = dataDisks.matchAll(/lun: (\d+)[^]*?id: (\w+)/g);
    return {
      os: value(/diskEncryptionSet: \{\s+id: (\w+)/.exec(osDisk)?.[1]),
      ...Object.fromEntries([...data].map(([, lun = "", name]) => [lun, value(name)])),
    };
  },
};

const everyText = (texts: Consumption): { tool: Tool; kind: MachineKind; text: string }[] =>
  TOOLS.flatMap(([tool]) => MACHINE_KINDS.map((kind) => ({ tool, kind, text: texts[tool][kind] })));

const occurrences = (text: string, part: string): number => text.split(part).length - 1;

test("each disk gets its own set of the region, whatever the LUNs and their order", () => {
  const luns = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 8 });
  fc.assert(
    fc.property(luns, fc.constantFrom("Generalized", "Specialized"), (dataLuns, osState) => {
      const texts = consumption({ image: fakeImage({ luns: dataLuns, definition: { osState } }) });
      const sets = { os: setId("westus-os") };
      for (const lun of dataLuns) Object.assign(sets, { [lun]: setId(`westus-data-${lun}`) });
      for (const { tool, text } of everyText(texts)) {
        expect(READERS[tool](text, dataLuns)).toEqual(sets);
        for (const id of Object.values(sets)) expect(occurrences(text, `'${id}'`)).toBe(1);
        expect(occurrences(text, "/diskEncryptionSets/")).toBe(dataLuns.length + 1);
      }
    }),
    { seed: 20_261_124, numRuns: 60 },
  );
});

test("one region's commands name no set of another region", () => {
  for (const [region, other] of [
    ["westus", "eastus2"],
    ["eastus2", "westus"],
  ] as const) {
    const texts = consumption({
      image: fakeImage({ region: encryptedRegion(region, [0]), luns: [0] }),
    });
    expect(texts.region).toBe(region);
    for (const { text } of everyText(texts)) {
      expect(text).toContain(setId(`${region}-os`));
      expect(text).not.toContain(other);
    }
  }
});

test("in another subscription every set is left to the consumer, and the version stays", () => {
  const texts = consumption({
    image: fakeImage({ luns: [0] }),
    consumerSubscriptionId: OTHER_SUBSCRIPTION,
  });
  for (const { tool, text } of everyText(texts)) {
    expect(text).not.toContain("/diskEncryptionSets/");
    expect(text).toContain(VERSION_ID);
    // Bicep refuses to deploy without a parameter; the shells' texts name what is to be filled in.
    expect(text).toMatch(
      tool === "bicep"
        ? /^param osDiskSetId string\nparam dataDisk0SetId string$/m
        : /'<id of your disk encryption set in westus for the OS disk>'\n.*'<id of your disk encryption set in westus for the data disk at LUN 0>'/,
    );
  }
});

test("in the sets' own subscription they are given, in any case of its id", () => {
  const image = fakeImage({ luns: [0] });
  expect(consumption({ image, consumerSubscriptionId: SUBSCRIPTION.toUpperCase() })).toEqual(
    consumption({ image }),
  );
});

test("a confidential OS disk has its set in the security profile only", () => {
  const region = confidentialRegion("westus");
  const texts = consumption({ image: fakeImage({ region }) });
  for (const { tool, text } of everyText(texts)) {
    expect(READERS[tool](text, [])).toEqual({ os: setId("westus-secure") });
    expect(text).toContain("DiskWithVMGuestState");
    expect(text).not.toMatch(/--os-disk-encryption-set|-DiskEncryptionSetId/);
  }
});

test.each(["Linux", "Windows"])(
  "a specialized %s image takes no user, key or password",
  (osType) => {
    const definition = { osType, osState: "Specialized" };
    for (const { tool, text } of everyText(consumption({ image: fakeImage({ definition }) }))) {
      expect(text).not.toMatch(/admin|osProfile|OperatingSystem|AzVmssOsProfile|credential/i);
      if (tool === "azureCli") expect(text).toContain("--specialized");
    }
  },
);

test("what Azure's resources are called changes nothing but literals", () => {
  const name = "x'; $(reboot) `id` ${y} \" ’ |";
  // No such id gets as far as this; the literals hold without that.
  const named = (group: string) =>
    everyText(
      consumption({
        image: { ...fakeImage(), versionId: VERSION_ID.replace("MyResourceGroup", () => group) },
      }),
    );
  const harmless = named("G");
  const literal: Record<Tool, string> = {
    azureCli: name.replace("'", String.raw`'\''`),
    powerShell: name.replace("'", "''").replace("’", "’’"),
    bicep: name.replace("'", String.raw`\'`).replace("${", String.raw`\${`),
  };
  for (const [at, { tool, text }] of named(name).entries()) {
    expect(occurrences(text, "reboot")).toBe(1);
    expect(text.replace(literal[tool], () => "G")).toBe(harmless[at]?.text);
  }
});
