import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { keysIn } from "../../../../tools/check-infra/assertions/no-keys";
import { undescribed } from "../../../../tools/check-infra/assertions/descriptions";
import { pinned } from "../../../../tools/check-infra/compiler";
import { keysInFiles } from "../../../../tools/check-infra/keys-in-files";
import { offTable } from "../../../../tools/check-infra/parameter-table";
import { parametersToBuild, unreached } from "../../../../tools/check-infra/reached-files";
import { readEvidence } from "../../../../tools/check-infra/repository";
import { silenced, wrongLevels } from "../../../../tools/check-infra/rule-levels";
import { withRoleTables } from "../../../../tools/check-infra/role-table";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "check-infra-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const described = (description: string, more: object = {}) => ({
  metadata: { description },
  ...more,
});

test.each([
  ["required, described as optional", described("Optional. A."), "Required"],
  ["optional, described as required", described("Required. A.", { defaultValue: 1 }), "Optional"],
  ["nullable, described as required", described("Required. A.", { nullable: true }), "Optional"],
  ["not described", {}, "Required"],
])("a parameter that is %s is told, in a module too", (_what, parameter, wanted) => {
  const metadata = { description: "A." };
  const inner = { metadata, parameters: { a: parameter } };
  const template = { metadata, resources: { m: { properties: { template: inner } } } };
  expect(undescribed(template)).toEqual([`main/m: the parameter a isn't described as ${wanted}.`]);
});

test.each([
  ["required, described as optional", described("Optional. A."), "Required"],
  ["nullable, described as required", described("Required. A.", { nullable: true }), "Optional"],
  ["described without either", described("A."), "Required"],
  ["not described", {}, "Required"],
])("a member of a type that is %s is told, once and with its file", (_what, member, wanted) => {
  const metadata = { description: "A." };
  const place = (from: string) => ({
    metadata: { ...metadata, "__bicep_imported_from!": { sourceTemplate: from } },
    properties: { a: member },
  });
  const inner = { metadata, definitions: { place: place("../types.bicep") } };
  const template = {
    ...{ metadata, definitions: { place: place("modules/types.bicep") } },
    resources: { m: { properties: { template: inner } } },
  };
  expect(undescribed(template)).toEqual([
    `types.bicep: the member place.a isn't described as ${wanted}.`,
  ]);
});

test("a member of a member, of a list and of a parameter's own type is told", () => {
  const metadata = { description: "A." };
  const deep = described("Required. A.", { properties: { b: {} } });
  expect(
    undescribed({
      metadata,
      definitions: { one: { properties: { a: deep } }, all: { items: { properties: { c: {} } } } },
      parameters: { p: described("Required. A.", { properties: { d: {} } }) },
    }),
  ).toEqual([
    "main: the member p.d isn't described as Required.",
    "main: the member one.a.b isn't described as Required.",
    "main: the member all[].c isn't described as Required.",
  ]);
});

test("an output that isn't described is told, and a file that doesn't say what it is for", () => {
  expect(undescribed({ outputs: { a: {} } })).toEqual([
    "main: the output a isn't described",
    "main doesn't say what it is for",
  ]);
});

/** 64 and 32 bytes, as keys are written. */
const [LONG_KEY, SHORT_KEY] = [64, 32].map((size) => Buffer.alloc(size, "key").toString("base64"));

test.each([
  "[listKeys('a', 'b')]",
  "[listSecrets('a', 'b')]",
  "AccountKey=a",
  "x;SharedAccessKey=a",
  "https://a.blob.core.windows.net/b?sv=2025-01-05&se=2027-01-01&sr=c&sp=r&sig=a%2Bb%3D",
  "https://a.azurewebsites.net/api/publications?code=abc",
  "DefaultEndpointsProtocol=https;AccountName=a",
  "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://a",
  "Server=a;Password=b",
  LONG_KEY,
  `key: '${SHORT_KEY}'`,
])("a template with %s is told, however deep it stands, and the key isn't shown", (text) => {
  const value = { resources: { m: { properties: [{ template: text }] } } };
  expect(keysIn("main", value)).toEqual([
    expect.stringMatching(
      /^main\.resources\.m\.properties\.0\.template (has|asks).*: reach it with/,
    ),
  ]);
  expect(keysIn("main", value).join()).not.toContain(text);
});

test.each([
  "Microsoft.Storage/storageAccounts/listKeys/action",
  "Endpoint=https://a;Authentication=ManagedIdentity;ClientID=b",
  "extend code = tostring(line.code)",
  "3913510d-42f4-4e42-8a64-420c390055eb",
])("%s is no key", (text) => {
  expect(keysIn("main", [text])).toEqual([]);
});

test("a key in a file of parameters is told with its line, also where no deployment is kept of it", () => {
  write({
    "main.bicep": "param settings object\n",
    "parameters/mine.bicepparam":
      "using '../main.bicep'\nparam settings = {\n  ARM_SCOPE: 'https://a/?sv=1&sig=abc'\n}\n",
  });
  expect(keysInFiles(folder)).toEqual([
    expect.stringContaining(
      "/parameters/mine.bicepparam:3 has a shared access signature: reach it",
    ),
  ]);
});

test("a file that nothing uses is told, because nothing compiles it", () => {
  write({
    "main.bicepparam": "using 'main.bicep'\n",
    "main.bicep": "import {\n  a\n} from 'modules/types.bicep'\nmodule m 'modules/m.bicep' = {}\n",
    "modules/m.bicep": "import { b } from 'deep/b.bicep'\n",
    "modules/deep/b.bicep": "",
    "modules/types.bicep": "",
    "modules/broken.bicep": "resource {",
  });
  expect(unreached(folder)).toEqual([
    "modules/broken.bicep is used by nothing, so nothing compiles it",
  ]);
});

interface Config {
  analyzers: { core: { rules: Record<string, { level: string }> } };
}

/** Rules as the templates have them, with a change. */
function writeRules(change: (rules: Config["analyzers"]["core"]["rules"]) => void): void {
  const config = JSON.parse(readFileSync("infra/bicepconfig.json", "utf8")) as Config;
  change(config.analyzers.core.rules);
  write({ "bicepconfig.json": JSON.stringify(config) });
}

test.each([
  ["misspelt", "eror"],
  ["only a warning", "warning"],
  ["only said", "info"],
  ["off", "off"],
])("a level of a rule that is %s is told", (_what, level) => {
  writeRules((rules) => (rules["no-unused-vars"] = { level }));
  expect(wrongLevels(folder)).toEqual([`no-unused-vars has the level ${level}, not error`]);
});

test.each(["no-unused-vars", "use-stable-vm-image", "use-recent-api-versions"])(
  "it is told that the rule %s is gone",
  (rule) => {
    writeRules((rules) => delete rules[rule]);
    expect(wrongLevels(folder)).toEqual([expect.stringMatching(`^${rule} isn't in bicepconfig`)]);
  },
);

test("a rule that is new has to be listed, so that it is told when it is gone", () => {
  writeRules((rules) => (rules["new-rule"] = { level: "error" }));
  expect(wrongLevels(folder)).toEqual([expect.stringMatching("^new-rule is on no list")]);
});

test("rules of a folder of its own, and lines that silence lint, are told", () => {
  write({
    "bicepconfig.json": "{}",
    "modules/bicepconfig.json": "{}",
    "tools/packages/bicepconfig.json": "{}",
    "main.bicep":
      "// #disable-next-line is a word\n  #disable-next-line no-unused-vars\nvar a = 1\n",
    "modules/m.bicep": "#disable-diagnostics BCP037\n",
  });
  expect(silenced(folder)).toEqual([
    expect.stringMatching("^modules/bicepconfig.json takes its folder away"),
    expect.stringMatching("^main.bicep:2 silences lint"),
    expect.stringMatching("^modules/m.bicep:1 silences lint"),
  ]);
});

test("a parameter without a row, a row without a parameter and a row too many are told", () => {
  const main = "param named string\nparam forgotten int = 1\n";
  const rows = [
    "| `named` | a |",
    "| `gone`  | b |",
    "| `named` | c |",
    "",
    "### Below",
    "| `x` | d |",
  ];
  const readme = ["# A", "| `z` | not here |", "## Parameters", ...rows].join("\n");
  expect(offTable(readme, main)).toEqual([
    "forgotten isn't in the table",
    "gone is no parameter",
    "named is in the table twice",
  ]);
});

test("a file of parameters without a snapshot is compiled by itself", () => {
  write({
    "main.bicepparam": "",
    "parameters/all.bicepparam": "",
    "parameters/mine.bicepparam": "",
    "parameters/deep/more.bicepparam": "",
  });
  expect(parametersToBuild(folder, ["all"])).toEqual([
    "main.bicepparam",
    "parameters/deep/more.bicepparam",
    "parameters/mine.bicepparam",
  ]);
});

test("another program than the pinned compiler isn't started", () => {
  write({ bicep: "#!/bin/sh\n" });
  expect(() => pinned(join(folder, "bicep"))).toThrow(/has the SHA-256 [0-9a-f]{64}, not 0ab9de90/);
});

test("infra/README.md lists each action of each role with its call", () => {
  const text = readFileSync("infra/README.md", "utf8");
  const squeezed = (lines: string): string => lines.replace(/[ -]+/g, "");
  const wanted = withRoleTables(text, readEvidence().repository.roles);
  expect(squeezed(text)).toBe(squeezed(wanted));
  expect(text.match(/^\| `Microsoft\./gm)).toHaveLength(30);
});
