import {
  createDefaultHttpClient,
  createPipelineRequest,
  type HttpClient,
} from "@azure/core-rest-pipeline";
import * as z from "zod";
import { parseArmId } from "../domain/arm-id";
import { present } from "../domain/present";
import type { TemplateRun } from "../domain/schedule/build";
import { ArmError, orMissing } from "./arm-error";
import type { ArmGet } from "./arm-get";
import type { ComputeClients } from "./compute-clients";

/** Templates of Azure VM Image Builder, by their ids. */
export interface ImageTemplates {
  /**
   * The template's last run; undefined when there is no such template.
   * @throws {ArmError} when Azure doesn't tell
   */
  lastRun(id: string): Promise<TemplateRun | undefined>;
  /**
   * Starts a run, which takes long. One that goes on already is as good. Azure's words when it refuses for good.
   * @throws {ArmError} when Azure doesn't answer now
   */
  run(id: string): Promise<{ refused?: string }>;
}

const API_VERSION = "2024-02-01";

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
      const found = await orMissing(armGet.path(id, API_VERSION));
      if (found === undefined) return undefined;
      const { startTime, runState, message } =
        template.parse(found).properties?.lastRunStatus ?? {};
      return present({ startedAt: startTime, state: runState, message });
    },
    async run(id) {
      const url = `${new URL(armEndpoint).origin}${id}/run?api-version=${API_VERSION}`;
      const request = createPipelineRequest({ url, method: "POST" });
      const { pipeline } = clients(parseArmId(id)?.subscriptionId ?? "");
      try {
        await pipeline.sendRequest(http, request);
        return {};
      } catch (error) {
        if (!(error instanceof ArmError)) throw error;
        const { status, advice, code, message } = error.fault;
        if (status === 409) return {};
        if (advice === "permanent" || advice === "operator")
          return { refused: `${code}: ${message}` };
        throw error;
      }
    },
  };
}
