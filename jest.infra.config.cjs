/** Bad Bicep files for the compiler: `npm run infra:check` runs them where there is one, and `npm test` doesn't. */
const { projects, ...rest } = require("./jest.config.cjs");
const replay = projects.find((project) => project.displayName === "replay");

module.exports = {
  ...rest,
  testTimeout: 180_000,
  projects: [{ ...replay, displayName: "infra", testMatch: ["<rootDir>/test/infra/**/*.test.ts"] }],
};
