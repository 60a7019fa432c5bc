import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that has been read to its end. */
export interface HttpRequest {
  method: string;
  /** Absolute, with the `Host` that the caller sent. */
  url: string;
  /** Still percent-encoded, begins with a slash. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names; a header sent more than once is joined with `,`. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface HttpReply {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: Uint8Array | string;
}

export interface RunningHttpServer {
  port: number;
  /** Takes no more requests, waits for those under way (at most `graceMs`), then cuts them off. */
  close(graceMs: number): Promise<void>;
}

/** Azure's own limit for one request. */
const MAX_BODY_BYTES = 100 * 1024 * 1024;

/**
 * Listens on 127.0.0.1 (port 0: a free one). An error of `handle`, and an answer that HTTP has no form
 * for (a line break in a header), is reported and answered 500.
 */
export async function startHttpServer(
  port: number,
  handle: (request: HttpRequest) => Promise<HttpReply>,
  onError: (error: unknown, request: string) => void,
): Promise<RunningHttpServer> {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, handle)
      .then((reply) => writeReply(outgoing, reply))
      .catch((error: unknown) => {
        onError(error, `${incoming.method} ${incoming.url}`);
        writeReply(outgoing, { status: 500 });
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(cutOff);
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  handle: (request: HttpRequest) => Promise<HttpReply>,
): Promise<HttpReply> {
  const target = incoming.url ?? "/";
  const url = parseUrl(`http://${incoming.headers.host ?? "127.0.0.1"}${target}`);
  if (!target.startsWith("/") || !url) return { status: 400 };
  const body = await readBody(incoming);
  if (!body) return { status: 413 };
  return handle({
    method: incoming.method ?? "GET",
    url: url.href,
    path: url.pathname,
    query: url.searchParams,
    headers: joinHeaders(incoming.rawHeaders),
    body,
  });
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return headers;
}

/** Statuses that have no body, hence no length. */
const bodiless = new Set([204, 304]);

function writeReply(outgoing: ServerResponse, reply: HttpReply): void {
  if (outgoing.destroyed) return;
  const body = Buffer.from(reply.body ?? "");
  outgoing.writeHead(reply.status, {
    ...reply.headers,
    ...(bodiless.has(reply.status) ? {} : { "content-length": body.length }),
  });
  outgoing.end(bodiless.has(reply.status) ? undefined : body);
}
