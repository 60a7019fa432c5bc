/** The whole stack through long stories, minutes in all: `npm run long` runs them and `npm test` doesn't. */
const { projects, ...rest } = require("./jest.config.cjs");
const endToEnd = projects.find((project) => project.displayName === "end-to-end");

module.exports = {
  ...rest,
  // They mostly wait: for a minute of a calendar, a deadline, a broker that is back.
  maxWorkers: 4,
  projects: [
    { ...endToEnd, displayName: "long-runs", testMatch: ["<rootDir>/test/long-runs/**/*.test.ts"] },
  ],
};
