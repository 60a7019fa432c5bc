const df = require("durable-functions");

// How often an orchestrator was called since this process began: there is one per measurement.
let episodes = 0;

df.app.activity("double", { handler: async ({ number }) => ({ doubled: number * 2 }) });

df.app.orchestration("fanOut", function* (context) {
  episodes++;
  const { count } = context.df.getInput();
  const calls = Array.from({ length: count }, (_, number) =>
    context.df.callActivity("double", { number }),
  );
  const results = yield context.df.Task.all(calls);
  return { sum: results.reduce((sum, { doubled }) => sum + doubled, 0), episodes };
});

df.app.orchestration("chain", function* (context) {
  episodes++;
  const { count } = context.df.getInput();
  let sum = 0;
  for (let number = 0; number < count; number++)
    sum += (yield context.df.callActivity("double", { number })).doubled;
  return { sum, episodes };
});
