/** Crashes at every point of larger runs: minutes long, so `npm run crash` runs them and `npm test` doesn't. */
const { projects, ...rest } = require("./jest.config.cjs");
const replay = projects.find((project) => project.displayName === "replay");

module.exports = {
  ...rest,
  testTimeout: 240_000,
  projects: [
    {
      ...replay,
      displayName: "crash-points",
      testMatch: ["<rootDir>/test/crash-points/**/*.test.ts"],
    },
  ],
};
