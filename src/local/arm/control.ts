import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { FASTEST } from "./clock";
import type { ComputeService } from "./compute-service";
import { clearFaults } from "./faults/clear-faults";
import { versionView } from "./image-version/version-view";
import { changeKey } from "./key-control";
import type { RequestLog } from "./request-log";
import { faultSchema } from "./world/fault-schema";

export interface ControlParts {
  service: ComputeService;
  requests: RequestLog;
  /** Keeps the clock, so that a restart goes on from here. */
  keepClock: () => void;
}

interface ControlReply {
  status: number;
  body: unknown;
}
type Action = (
  parts: ControlParts,
  call: { query: URLSearchParams; body: unknown },
) => ControlReply;

const ok = (body: unknown, status = 200): ControlReply => ({ status, body });

const requestFilter = z.strictObject({
  method: z.string().optional(),
  pathContains: z.string().optional(),
  status: z.coerce.number().int().optional(),
  caller: z.string().optional(),
  apiVersion: z.string().optional(),
  correlationId: z.string().optional(),
  after: z.coerce.number().int().optional(),
});

/** Every route of the control interface: `METHOD /path`. */
const ROUTES: Record<string, Action> = {
  "GET /requests": ({ requests }, { query }) => {
    // A parameter without a value is one that isn't given.
    const given = [...query].filter(([, value]) => value !== "");
    return ok({ requests: requests.find(requestFilter.parse(Object.fromEntries(given))) });
  },
  "DELETE /requests": ({ requests }) => {
    requests.clear();
    return ok({});
  },
  "GET /clock": ({ service }) => ok(clockView(service)),
  "PUT /clock": ({ service, keepClock }, { body }) => {
    const { speed } = z.strictObject({ speed: z.number().positive().max(FASTEST) }).parse(body);
    service.clock.setSpeed(speed);
    keepClock();
    return ok(clockView(service));
  },
  "POST /clock/advance": ({ service, keepClock }, { body }) => {
    const { clock } = service;
    const { seconds } = z
      .strictObject({
        seconds: z
          .number()
          .min(0)
          .refine((given) => clock.canAdvance(given * 1000), "Too big: the calendar ends in 9999"),
      })
      .parse(body);
    clock.advance(seconds * 1000);
    keepClock();
    return ok(clockView(service));
  },
  // No call of Azure's: no fault strikes it, nobody is logged.
  "GET /versions": ({ service }) => {
    service.operations.settle();
    const versions = service.state.versions.all();
    return ok({ versions: versions.map((version) => versionView(service, version, true)) });
  },
  "GET /keys": ({ service }) => ok({ keys: service.state.keys.all() }),
  "PUT /keys": ({ service }, { body }) => {
    const changed = changeKey(service, body);
    return changed === undefined ? ok({ error: "the world has no such key" }, 404) : ok(changed);
  },
  "GET /faults": ({ service }) => ok({ faults: service.faults.list() }),
  "POST /faults": ({ service }, { body }) => ok(service.faults.add(faultSchema.parse(body)), 201),
  "DELETE /faults": ({ service }) => {
    clearFaults(service);
    return ok({});
  },
};

function clockView({ clock }: ComputeService) {
  return {
    speed: clock.speed,
    serviceSeconds: clock.serviceMs() / 1000,
    date: clock.date().toISOString(),
  };
}

/** The control interface: plain HTTP on loopback, for tests and people, not part of Azure. */
export function controlInterface(parts: ControlParts) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(parts, request)
      .then(({ status, body }) => ({ status, text: JSON.stringify(body) }))
      .catch((error: unknown) => ({ status: 500, text: JSON.stringify({ error: String(error) }) }))
      .then(({ status, text }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(text);
      })
      // The connection is gone; who asked isn't there to be told.
      .catch(() => response.destroy());
  };
}

async function answer(parts: ControlParts, request: IncomingMessage): Promise<ControlReply> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const method = request.method ?? "GET";
  const faultKey = /^\/faults\/(.+)$/.exec(url.pathname)?.[1];
  try {
    if (method === "DELETE" && faultKey !== undefined) {
      const found = clearFaults(parts.service, faultKey);
      return found ? ok({}) : ok({ error: `there is no fault ${faultKey}` }, 404);
    }
    const action = ROUTES[`${method} ${url.pathname}`];
    if (action === undefined)
      return ok({ error: `no such route; there are: ${Object.keys(ROUTES).join(", ")}` }, 404);
    const text = Buffer.concat(chunks).toString("utf8");
    const body: unknown = text === "" ? {} : JSON.parse(text);
    return action(parts, { query: url.searchParams, body });
  } catch (error) {
    if (error instanceof z.ZodError) return ok({ error: z.prettifyError(error) }, 400);
    if (error instanceof SyntaxError) return ok({ error: error.message }, 400);
    throw error;
  } finally {
    parts.service.state.flush();
  }
}
