import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import type { Endpoints } from "../endpoints-file";
import type { Part } from "../parts";

/** A part that doesn't say anything for so long is of no use to a client either. */
const PATIENCE_MS = 2000;

/** AMQP 1.0 with SASL: what a client says first, and a broker repeats. */
const SASL_HEADER = Buffer.from([0x41, 0x4d, 0x51, 0x50, 3, 1, 0, 0]);

/** Where a part listens, and whether it answers there in its own protocol. */
export interface Probe {
  where: string;
  answers(): Promise<boolean>;
}

/** One for each part that runs in this stack. */
export function probesOf(endpoints: Endpoints): Partial<Record<Part, Probe>> {
  const { functionsUrl, armUrl, armControlUrl, identityEndpoint, blobEndpoint } = endpoints;
  const ca = (): Buffer => readFileSync(endpoints.armCaFile);
  const bus = /sb:\/\/([^;/]+)/.exec(endpoints.serviceBusConnectionString ?? "")?.[1];
  const probes: [Part, string | undefined, () => Promise<boolean>][] = [
    ["functions-host", functionsUrl, () => answersHttp(`${functionsUrl}/admin/host/ping`)],
    ["arm", armUrl, () => answersHttp(`${armControlUrl}/clock`)],
    ["identity", identityEndpoint, () => answersHttp(`${identityEndpoint}`)],
    ["service-bus", bus && `amqp://${bus}`, () => answersAmqp(`${bus}`)],
    ["storage", blobEndpoint, () => answersHttp(`${blobEndpoint}`, ca())],
  ];
  return Object.fromEntries(
    probes.flatMap(([part, where, answers]) =>
      where === undefined ? [] : [[part, { where, answers }]],
    ),
  );
}

/** Any answer will do, also a refusal: the part speaks. */
function answersHttp(url: string, ca?: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const send = ca === undefined ? httpRequest : httpsRequest;
    const call = send(url, { ca, timeout: PATIENCE_MS, agent: false }, (response) => {
      response.resume();
      resolve(true);
    });
    call.once("timeout", () => call.destroy());
    call.once("error", () => resolve(false));
    call.once("close", () => resolve(false));
    call.end();
  });
}

function answersAmqp(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: PATIENCE_MS });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => socket.write(SASL_HEADER));
    socket.once("data", () => done(true));
    socket.once("timeout", () => done(false));
    socket.once("error", () => done(false));
    socket.once("close", () => done(false));
  });
}
