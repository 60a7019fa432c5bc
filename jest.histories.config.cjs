/** Records the histories that `npm test` replays: `npm run histories` writes, so it is no tier of `npm test`. */
const { projects, ...rest } = require("./jest.config.cjs");
const replay = projects.find((project) => project.displayName === "replay");

module.exports = {
  ...rest,
  projects: [
    {
      ...replay,
      displayName: "histories",
      testMatch: ["<rootDir>/test/histories/**/*.test.ts"],
    },
  ],
};
