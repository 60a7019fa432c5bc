/** Every action of every role, with it and without: `npm run roles` runs them, and `npm test` doesn't. */
const { projects, ...rest } = require("./jest.config.cjs");
const replay = projects.find((project) => project.displayName === "replay");

module.exports = {
  ...rest,
  projects: [{ ...replay, displayName: "roles", testMatch: ["<rootDir>/test/roles/**/*.test.ts"] }],
};
