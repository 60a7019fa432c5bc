/** Every error of the table at every point of a run: a minute long, so `npm run matrix` runs it and `npm test` doesn't. */
const { projects, ...rest } = require("./jest.config.cjs");
const replay = projects.find((project) => project.displayName === "replay");

module.exports = {
  ...rest,
  projects: [
    { ...replay, displayName: "matrix", testMatch: ["<rootDir>/test/matrix/**/*.test.ts"] },
  ],
};
