import type { Undone } from "../../domain/rollout/undo";
import type { Publication } from "../api-types";
import type { Stage } from "./stage";

/** A scene of the tour; what it says is checked while it plays. */
export interface Act {
  title: string;
  play(stage: Stage, sample: Sample): Promise<void>;
}

/** The sample request of twelve regions in waves of 1, 3 and 8. */
export type Sample = { image: object; rollout: object } & object;

const FAILS_TWICE = "westus3";
const NEVER_COMES = "uksouth";

const variant = (sample: Sample, version: string, rollout: object = {}) => ({
  ...sample,
  image: { ...sample.image, version },
  rollout: { ...sample.rollout, ...rollout },
});

/** A region whose replication fails, while Azure still calls the version Succeeded. */
const failing = (version: string, region: string, times?: number) => ({
  replication: {
    version,
    region,
    details: "Replication failed in this region due to 'not enough capacity'",
    provisioningState: "Succeeded",
    ...(times === undefined ? {} : { times }),
  },
});

const stateOf = ({ regions = [] }: Publication, name: string) =>
  regions.find((region) => region.name === name)?.state;

const keepHealthy: Act = {
  title: `keepHealthy: ${FAILS_TWICE} fails twice and works at the third attempt, ${NEVER_COMES} never does`,
  async play(stage, sample) {
    await stage.faults.add(failing("12.0.0", FAILS_TWICE, 2));
    await stage.faults.add(failing("12.0.0", NEVER_COMES));
    const { publication, failure } = await stage.publish("tour-waves", variant(sample, "12.0.0"));
    await stage.showVersion(publication);
    stage.showCalls();
    stage.expect("partly published", publication.state === "partlyPublished");
    stage.expect(`${FAILS_TWICE} completed`, stateOf(publication, FAILS_TWICE) === "completed");
    stage.expect(`${NEVER_COMES} failed`, stateOf(publication, NEVER_COMES) === "failed");

    stage.say("", `Azure's trouble in ${NEVER_COMES} is over. The failure is redriven:`);
    await stage.faults.clear();
    const redrive = await stage.post<Started>(
      `failures/${failure?.id}/redrive`,
      "capacity is back",
    );
    const redriven = await stage.follow(redrive.requestId);
    await stage.showVersion(redriven.publication);
    stage.showCalls();
    stage.expect("published", redriven.publication.state === "published");

    stage.say("", "After a partial success a person takes the version into latest:");
    const promotion = await stage.post<Started>(
      `publications/${publication.id}/promote`,
      "all twelve are there",
    );
    const promoted = await stage.follow(promotion.requestId);
    const version = await stage.showVersion(promoted.publication);
    stage.showCalls();
    stage.expect("promoted", promoted.publication.state === "promoted");
    const { excludeFromLatest, targetRegions = [] } = version.publishingProfile ?? {};
    stage.expect(
      "in latest, everywhere",
      excludeFromLatest === false &&
        targetRegions.every((region) => region.excludeFromLatest !== true),
    );
  },
};

const rollBack: Act = {
  title: `rollBack: a version with four regions is extended to twelve, and ${NEVER_COMES} never comes`,
  async play(stage, sample) {
    const four = variant(sample, "12.0.1", { waves: { canary: 1, size: 3 } });
    const targetRegions = (sample as unknown as { targetRegions: object[] }).targetRegions;
    const before = await stage.publish("tour-four", {
      ...four,
      targetRegions: targetRegions.slice(0, 4),
    });
    stage.expect("published", before.publication.state === "published");
    stage.showCalls();
    stage.say("", "Now the same version in twelve regions:");
    await stage.faults.add(failing("12.0.1", NEVER_COMES));
    const request = variant(sample, "12.0.1", { onFailure: "rollBack" });
    const { publication, failure } = await stage.publish("tour-back", request);
    stage.say("What it took back, newest first:");
    for (const undone of failure?.undone ?? []) stage.say(`  ${undoneLine(undone)}`);
    const version = await stage.showVersion(publication);
    stage.showCalls();
    stage.expect(
      `no trace of ${NEVER_COMES}`,
      version.publishingProfile?.targetRegions?.every(
        ({ name }) => name !== "UK South" && name !== NEVER_COMES,
      ) === true,
    );
    await stage.faults.clear();
  },
};

const cancelled: Act = {
  title: "cancel: a person stops the run during its second wave",
  async play(stage, sample) {
    const begun = await stage.begin(
      "tour-cancel",
      variant(sample, "12.0.2"),
      (seen) => stateOf(seen, "eastus") === "replicating",
    );
    await stage.post(`publications/${begun.id}/cancel`, "wrong base image");
    stage.say("Cancelled while wave 2 replicates.");
    const { publication } = await stage.follow("tour-cancel");
    const version = await stage.showVersion(publication);
    stage.showCalls();
    stage.expect("cancelled", publication.state === "cancelled");
    stage.expect("out of latest", version.publishingProfile?.excludeFromLatest === true);
  },
};

export const ACTS: readonly Act[] = [keepHealthy, rollBack, cancelled];

interface Started {
  requestId: string;
}

function undoneLine({ step, result, ...more }: Undone): string {
  const regions = "regions" in more ? (more.regions ?? []) : [];
  const which = regions.length === 0 ? "" : ` (${regions.join(", ")})`;
  return `${step.activity} of write ${step.write}: ${result}${which}`;
}
