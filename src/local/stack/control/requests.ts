import { parseArgs } from "node:util";
import type { LoggedRequest } from "../../arm/request-log";
import { wholeNumber } from "../command-line";
import { armControl } from "./arm-control";
import type { Command } from "./command";
import { columns } from "./table";

export const requests: Command = {
  usage: "requests [--method M] [--path TEXT] [--status N] [--last N]",
  about: "what Resource Manager was asked, the latest 20 unless told otherwise",
  async run(stack, args) {
    const { values } = parseArgs({
      args,
      options: {
        method: { type: "string" },
        path: { type: "string" },
        status: { type: "string" },
        last: { type: "string", default: "20" },
      },
    });
    const last = wholeNumber(values.last, "--last", 1, 20_000);
    const query = new URLSearchParams();
    if (values.method !== undefined) query.set("method", values.method);
    if (values.path !== undefined) query.set("pathContains", values.path);
    if (values.status !== undefined)
      query.set("status", String(wholeNumber(values.status, "--status", 0, 599)));
    const path = `/requests?${query.toString()}`;
    const { requests } = await armControl<{ requests: LoggedRequest[] }>(stack, "GET", path);
    const found = requests.slice(-last);
    return {
      lines:
        found.length === 0
          ? ["No such requests."]
          : columns([["time", "status", "call", "caller"], ...found.map(row)]),
      json: found,
    };
  },
};

function row({ time, method, path, status, errorCode, caller }: LoggedRequest): string[] {
  // Subscription and provider are the same nearly everywhere.
  const short = path.replace(/^.*\/providers\/Microsoft\.Compute\//i, "…/");
  const outcome = status === 0 ? "cut" : [status, errorCode].filter(Boolean).join(" ");
  return [time.slice(11, 23), outcome, `${method} ${short}`, caller.appid ?? ""];
}
