/**
 * The folders are the architecture: who may import whom. `test/architecture` feeds every rule a
 * file that breaks it.
 */
const arrow = (name, comment, from, notTo, more = {}) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^src/${from}` },
  to: { path: notTo, ...more },
});

/** Everything in src except the named folders. */
const srcBut = (...folders) => `^src/(?!(${folders.join("|")}))`;

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "A cycle is one module in two files.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    arrow("domain-is-pure", "domain knows only itself", "domain/", srcBut("domain/")),
    {
      name: "domain-has-no-io",
      comment:
        "domain is pure: no Node built-in but crypto (hashes), no SDK; zod and croner do no I/O",
      severity: "error",
      from: { path: "^src/domain/" },
      to: {
        dependencyTypes: [
          "core",
          "npm",
          "npm-dev",
          "npm-optional",
          "npm-no-pkg",
          "npm-unknown",
          "unknown",
        ],
        pathNot: ["^(node:)?crypto$", "node_modules/zod/", "node_modules/croner/"],
      },
    },
    arrow("azure-knows-domain", "azure -> domain only", "azure/", srcBut("azure/", "domain/")),
    arrow(
      "activities-know-domain-and-azure",
      "activities -> domain, azure",
      "activities/",
      srcBut("activities/", "domain/", "azure/"),
    ),
    arrow(
      "orchestrators-know-domain",
      "orchestrators -> domain; of activities only the types",
      "orchestrators/",
      srcBut("orchestrators/", "domain/", "activities/"),
    ),
    arrow(
      "orchestrators-take-only-types-of-activities",
      "a value import would run side effects in a replay",
      "orchestrators/",
      "^src/activities/",
      { dependencyTypesNot: ["type-only"] },
    ),
    {
      name: "orchestrators-have-no-io",
      comment: "orchestrators are replayed: of packages they know durable-functions only",
      severity: "error",
      from: { path: "^src/orchestrators/" },
      to: {
        dependencyTypes: [
          "core",
          "npm",
          "npm-dev",
          "npm-optional",
          "npm-no-pkg",
          "npm-unknown",
          "unknown",
        ],
        pathNot: ["node_modules/durable-functions/"],
      },
    },
    arrow(
      "functions-know-domain-and-names",
      "functions -> domain, orchestrators/names, types of azure",
      "functions/",
      srcBut("functions/", "domain/", "orchestrators/names", "azure/"),
    ),
    arrow(
      "functions-take-only-types-of-azure",
      "clients are handed in by main",
      "functions/",
      "^src/azure/",
      { dependencyTypesNot: ["type-only"] },
    ),
    arrow(
      "cli-knows-types-of-domain",
      "cli -> types of domain, HTTP",
      "cli/",
      srcBut("cli/", "domain/"),
    ),
    arrow("cli-takes-only-types", "cli talks HTTP like any client", "cli/", "^src/domain/", {
      dependencyTypesNot: ["type-only"],
    }),
    arrow(
      "local-knows-only-local",
      "a stand-in that shares the product's rules can't judge it",
      "local/",
      srcBut("local/"),
    ),
    {
      name: "nobody-imports-local",
      comment: "the embedded stack is reached over the network, as Azure is",
      severity: "error",
      from: { path: "^src/(?!local/)" },
      to: { path: "^src/local/" },
    },
    {
      name: "nobody-imports-cli",
      severity: "error",
      from: { path: "^src/(?!cli/)" },
      to: { path: "^src/cli/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
