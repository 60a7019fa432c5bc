// Loaded into the app's process before the app (`--require`): ends it, and the host that runs it, as kill -9 does, at a
// call of its own to the outside. Which call says the file DIE_AT_CALL: { pattern, moment }, taken once.
const { Buffer } = require("node:buffer");
const { existsSync, readFileSync, unlinkSync } = require("node:fs");
const https = require("node:https");
const { Socket } = require("node:net");

const file = process.env.DIE_AT_CALL ?? "";

function dieNow() {
  unlinkSync(file);
  process.kill(process.ppid, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

/** When this call is the one: "before" or "after". */
function deadly(text) {
  if (!existsSync(file)) return undefined;
  const { pattern, moment } = JSON.parse(readFileSync(file, "utf8"));
  return new RegExp(pattern, "s").test(text) ? moment : undefined;
}

const { request } = https;
https.request = function (...parameters) {
  const call = request.apply(this, parameters);
  const { end } = call;
  call.end = function (body, ...rest) {
    const moment = deadly(`${call.method} ${decodeURIComponent(call.path)} ${body ?? ""}`);
    if (moment === "before") dieNow();
    // Before anybody else: the app never reads the answer.
    if (moment === "after") call.prependListener("response", dieNow);
    return end.call(this, body, ...rest);
  };
  return call;
};

// What goes to Service Bus isn't HTTP: a message is known by its words.
const { write } = Socket.prototype;
Socket.prototype.write = function (chunk, ...rest) {
  if (!this.encrypted && Buffer.isBuffer(chunk))
    if (deadly(`AMQP ${chunk.toString("latin1")}`) === "before") dieNow();
  return write.call(this, chunk, ...rest);
};
