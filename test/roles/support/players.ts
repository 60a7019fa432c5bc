import type { Schedule } from "../../../src/domain/schedule/schedule";
import type { Stage } from "../../matrix/stage/stage";
import { SUBSCRIPTION } from "../../support/request-factory";
import type { Deed } from "./need";
import { GOLDEN, SOFT_GALLERY, SOURCES } from "./places";
import { toldOf, type Told } from "./told";

/** What the app does in a scenario, and how that has ended. */
export const PLAYERS: Record<Deed, (stage: Stage) => Promise<Told>> = {
  publishes: async (stage) => toldOf(stage, (await stage.perform()).state),
  "looks for the newest image": lookForImage,
  "runs a template": runTemplate,
  "looks for numbers": lookForNumbers,
};

async function lookForImage({ azure }: Stage): Promise<Told> {
  const place = { subscriptionId: SUBSCRIPTION, resourceGroup: SOURCES };
  const found = await azure.finding.find({
    image: { ...SOFT_GALLERY, gallery: "MyGallery" },
    source: { by: "namePrefix", kind: "managedImage", prefix: "golden", ...place },
  } as Schedule);
  const outcome = found.kind === "finding" ? `finding: ${found.problem.code}` : found.kind;
  return { outcome, words: JSON.stringify(found) };
}

async function runTemplate({ azure: { templates } }: Stage): Promise<Told> {
  const started = await templates.run(GOLDEN);
  const answer = started.kind === "started" ? await templates.lastRun(GOLDEN) : started;
  if (answer.kind === "run") return { outcome: answer.run.state ?? "no run", words: "" };
  const told = answer.kind === "finding" ? answer.problem : answer.fault;
  return { outcome: `${answer.kind}: ${told.code}`, words: `${told.message}; ${told.action}` };
}

async function lookForNumbers({ azure }: Stage): Promise<Told> {
  const taken = await azure.takenNumbers(SOFT_GALLERY);
  return taken.kind === "known"
    ? { outcome: "known", words: "" }
    : { outcome: `refused: ${taken.fault.code}`, words: taken.fault.message };
}
