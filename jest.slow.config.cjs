/** What `npm run matrix`, `npm run roles` and `npm run crash` run, side by side: together they leave no core idle. */
const { projects, ...rest } = require("./jest.crash.config.cjs");

module.exports = {
  ...rest,
  projects: [
    ...projects,
    ...require("./jest.matrix.config.cjs").projects,
    ...require("./jest.roles.config.cjs").projects,
  ],
};
