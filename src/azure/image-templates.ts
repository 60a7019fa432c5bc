import {
  createDefaultHttpClient,
  createPipelineRequest,
  type HttpClient,
} from "@azure/core-rest-pipeline";
import * as z from "zod";
import { parseArmId } from "../domain/arm-id";
import { present } from "../domain/present";
import { problem } from "../domain/problem";
import type { TemplateRun } from "../domain/schedule/build";
import { ArmError } from "./arm-error";
import type { ArmGet } from "./arm-get";
import type { ComputeClients } from "./compute-clients";
import { refusal, type Refusal } from "./refusal";

/** Templates of Azure VM Image Builder, by their ids. What Azure refuses is data. */
export interface ImageTemplates {
  lastRun(id: string): Promise<{ kind: "run"; run: TemplateRun } | Refusal>;
  /** Starts a run, which takes long. One that goes on already is as good. */
  run(id: string): Promise<{ kind: "started" } | Refusal>;
}

const API_VERSION = "2024-02-01";
const PATH = "$.imageTemplate";
const CORRECT = "correct imageTemplate of the schedule, or make the template";
const GRANT =
  "give the app's identity the role Gallery Publisher Builder on the template's resource group (imageTemplateGroups of infra)";

const template = z.object({
  properties: z
    .object({
      lastRunStatus: z
        .object({
          startTime: z.string().optional(),
          runState: z.string().optional(),
          message: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});

/** @param http in tests, what answers instead of the network */
export function createImageTemplates(
  clients: ComputeClients,
  armGet: ArmGet,
  armEndpoint: string,
  http: HttpClient = createDefaultHttpClient(),
): ImageTemplates {
  return {
    async lastRun(id) {
      try {
        const found = template.parse(await armGet.path(id, API_VERSION));
        const { startTime, runState, message } = found.properties?.lastRunStatus ?? {};
        return { kind: "run", run: present({ startedAt: startTime, state: runState, message }) };
      } catch (error) {
        return refused(error, id);
      }
    },
    async run(id) {
      const url = `${new URL(armEndpoint).origin}${id}/run?api-version=${API_VERSION}`;
      const request = createPipelineRequest({ url, method: "POST" });
      const { pipeline } = clients(parseArmId(id)?.subscriptionId ?? "");
      try {
        await pipeline.sendRequest(http, request);
        return { kind: "started" };
      } catch (error) {
        if (error instanceof ArmError && error.fault.status === 409) return { kind: "started" };
        return refused(error, id);
      }
    },
  };
}

/** @throws what isn't Azure's answer */
function refused(error: unknown, id: string): Refusal {
  if (!(error instanceof ArmError)) throw error;
  const { fault } = error;
  if (fault.status === 404)
    return {
      kind: "finding",
      problem: problem(PATH, "ImageTemplateNotFound", `there is no ${id}`, CORRECT),
    };
  const told = { ...fault, message: `${id}: ${fault.message}` };
  const isRight = fault.status === 401 || fault.status === 403;
  return refusal(isRight ? { ...told, action: GRANT } : told, PATH);
}
