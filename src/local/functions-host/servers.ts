import type { Logger } from "pino";
import { startHttpServer, type HttpReply, type HttpRequest } from "./http-server";

/** Path under which the app's own durable client reaches the Durable HTTP API, without a key. */
export const RPC_BASE = "/durabletask/";

/** The host's two HTTP fronts; until they are set, both answer 503. */
export interface Servers {
  answer(request: HttpRequest): Promise<HttpReply>;
  answerRpc(request: HttpRequest): Promise<HttpReply>;
  readonly url: string;
  readonly port: number;
  readonly rpcBaseUrl: string;
  closeWeb(graceMs: number): Promise<void>;
  closeRpc(graceMs: number): Promise<void>;
}

/** Opened before the app is loaded, because it is told their ports. */
export async function openServers(port: number, log: Logger): Promise<Servers> {
  const notYet = (): Promise<HttpReply> => Promise.resolve({ status: 503 });
  const report = (error: unknown, request: string): void => log.error({ err: error, request });
  const web = await startHttpServer(port, (request) => servers.answer(request), report);
  const rpc = await startHttpServer(0, (request) => servers.answerRpc(request), report);
  const servers: Servers = {
    answer: notYet,
    answerRpc: notYet,
    port: web.port,
    url: `http://127.0.0.1:${web.port}`,
    rpcBaseUrl: `http://127.0.0.1:${rpc.port}${RPC_BASE}`,
    closeWeb: (graceMs) => web.close(graceMs),
    closeRpc: (graceMs) => rpc.close(graceMs),
  };
  return servers;
}
