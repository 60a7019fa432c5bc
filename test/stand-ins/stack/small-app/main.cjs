// The smallest app that shows what the stack hands to an app: its settings and its process.
const { app } = require("@azure/functions");

app.http("settings", {
  methods: ["GET"],
  authLevel: "function",
  handler: () => ({ jsonBody: { host: process.ppid, settings: process.env } }),
});
