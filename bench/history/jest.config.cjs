/** The orchestrators run on the harness of the replay tests, which needs jest. */
const { projects, ...rest } = require("../../jest.config.cjs");
const replay = projects.find((project) => project.displayName === "replay");

module.exports = {
  ...rest,
  testTimeout: 120_000,
  projects: [
    {
      ...replay,
      displayName: "bench",
      testMatch: ["<rootDir>/bench/history/**/*.bench.ts"],
    },
  ],
};
