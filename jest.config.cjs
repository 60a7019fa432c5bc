/** Tests mirror src; the folder is the tier. Only `unit` may not open a socket. */
const tier = (name, more = {}) => ({
  displayName: name,
  rootDir: __dirname,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: "node",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "commonjs" } },
    ],
  },
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/.local"],
  ...more,
});

module.exports = {
  testTimeout: 30_000,
  maxWorkers: 3,
  testSequencer: "<rootDir>/test/support/slowest-first.cjs",
  projects: [
    tier("unit", { setupFilesAfterEnv: ["<rootDir>/test/support/no-network.ts"] }),
    tier("architecture"),
    tier("replay"),
    tier("preflight"),
    tier("stand-ins"),
    tier("end-to-end"),
  ],
};
