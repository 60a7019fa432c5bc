import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Durable replay runs orchestrators many times: everything here gives another answer each time. */
const nonDeterministicGlobals = [
  "Date",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
  "process",
  "performance",
  "crypto",
  "console",
  "globalThis",
  "global",
  "require",
  "Promise",
].map((name) => ({
  name,
  message: "Orchestrators are replayed: take time, ids and logging from the durable context.",
}));

export default tseslint.config(
  {
    ignores: ["dist/", "node_modules/", ".local/", ".local-alone/", "coverage/", "test/fixtures/"],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "no-console": "off",
      eqeqeq: "error",
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/config.ts", "src/main.ts", "src/local/**", "src/cli/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "Only src/config.ts reads the environment.",
        },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[object.name=/^global(This)?$/][property.name='process']",
          message: "Only src/config.ts reads the environment.",
        },
      ],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^(node:)?process$", message: "Only src/config.ts reads the environment." },
          ],
        },
      ],
    },
  },
  {
    files: ["src/orchestrators/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", ...nonDeterministicGlobals],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Orchestrators are replayed." },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "NewExpression[callee.name='Date']", message: "Use currentUtcDateTime." },
        { selector: "ImportExpression", message: "Orchestrators have no I/O." },
        ...["AwaitExpression", ":function[async=true]"].map((selector) => ({
          selector,
          message: "Orchestrators are generators: yield durable tasks.",
        })),
      ],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(?!\\.\\.?/|durable-functions$)",
              message: "Orchestrators have no I/O: of packages they know durable-functions only.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    files: ["**/*.{cjs,mjs,js}"],
    languageOptions: {
      globals: {
        module: "writable",
        require: "readonly",
        __dirname: "readonly",
        console: "readonly",
        process: "readonly",
        URL: "readonly",
        fetch: "readonly",
        setTimeout: "readonly",
      },
    },
  },
);
