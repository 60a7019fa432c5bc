import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** An item as Application Insights' ingestion endpoint takes it, as far as the tests ask. */
export interface TelemetryItem {
  name: string;
  tags: Record<string, string>;
  data: {
    /** `MessageData` of a line, `RemoteDependencyData` of a call. */
    baseType: string;
    baseData: {
      message?: string;
      name?: string;
      resultCode?: string;
      properties?: Record<string, string>;
    };
  };
}

/** The ingestion endpoint of Application Insights on this machine: keeps what is sent to it. */
export class Ingestion {
  readonly items: TelemetryItem[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const isZipped = request.headers["content-encoding"] === "gzip";
      const text = (isZipped ? gunzipSync(body) : body).toString("utf8");
      const items = itemsOf(text);
      this.items.push(...items);
      response.setHeader("content-type", "application/json");
      const { length } = items;
      response.end(JSON.stringify({ itemsReceived: length, itemsAccepted: length, errors: [] }));
    });
  });

  /** @returns the connection string of a resource that is fed here, once `trust` was told its certificate. */
  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    const url = `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    const key = "InstrumentationKey=00000000-0000-0000-0000-000000000001";
    return `${key};IngestionEndpoint=${url}/;LiveEndpoint=${url}/`;
  }

  /** Takes the stack's own certificate, which its app trusts; what was sent before is lost. */
  trust(directory: string): void {
    const [cert, key] = ["server.pem", "server.key"].map((name) =>
      readFileSync(join(directory, name)),
    );
    this.#server.setSecureContext({ cert, key });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  of(baseType: string): TelemetryItem[] {
    return this.items.filter(({ data }) => data.baseType === baseType);
  }
}

/** An array, or one item in each line. */
function itemsOf(text: string): TelemetryItem[] {
  if (text.startsWith("[")) return JSON.parse(text) as TelemetryItem[];
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as TelemetryItem);
}
