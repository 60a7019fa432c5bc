import type { DiskSets, Evidence } from "../../../../tools/chaos/evidence";
import { INVARIANTS, violationsIn } from "../../../../tools/chaos/invariants/all";
import { DATA_LUN, setsOf } from "../../../../tools/chaos/plan/world";
import type { PutBody } from "../../../../tools/chaos/invariants/writes-of-versions";
import { call, look, put, region, soundEvidence, version } from "./sound-evidence";

/** A violation made up for each invariant: what is changed of a sound end. */
const VIOLATIONS: Record<string, (evidence: Evidence) => void> = {
  "every accepted request is accounted for": ({ accepted }) =>
    accepted.push({ requestId: "lost", version: "1.0.1" }),
  "no request has two runs": ({ rows, events }) => {
    rows.runs.push({ ...run(rows), runId: "run-2" });
    events.push("run-2.accepted", "run-2.published");
  },
  "every run has ended": ({ goingOn }) => goingOn.push("watcher"),
  "every run that didn't end well stands in the ledger": (evidence) => {
    ended(evidence, "failed");
    gone(evidence);
  },
  "every end was announced": (evidence) => {
    evidence.events = evidence.events.filter((id) => !id.endsWith(".published"));
  },
  "what was rejected wrote nothing": (evidence) => {
    ended(evidence, "rejected");
    evidence.rows.failures.push({ id: "f", kind: "run", state: "rejected", runId: "run-1" });
    run(evidence.rows).failureId = "f";
    gone(evidence);
  },
  "the queue is empty": ({ queued }) => queued.push("request-2"),
  "each write is accepted once": ({ log }) => log.push(put({ write: 2, excluded: false })),
  "only the right sets are sent": ({ log }) => {
    const wrong = put({ write: 3 });
    const text = JSON.stringify(wrong.body).replaceAll("des-westus-os", "des-eastus-os");
    log.push({ ...wrong, body: JSON.parse(text) as unknown });
  },
  "the safety flag is opened for removals only": ({ log }) =>
    log.push(put({ write: 3, flag: true })),
  "nothing Completed is removed or deleted": ({ log }) =>
    log.push(
      put({ write: 3, regions: ["westus", "eastus"] }),
      look("eastus"),
      put({ write: 4, regions: ["westus"], flag: true }),
    ),
  "nothing that was in latest is deleted": ({ log }) => {
    log.splice(0, log.length, put({ excluded: false }), call("DELETE", { status: 202 }));
  },
  "no version that no run accounts for": (evidence) => {
    evidence.versions = [version({ tags: { "gallery-publisher-run": "nobody's" } })];
  },
  "no version that nobody asked for": ({ versions }) => versions.push(version({ name: "9.9.9" })),
  "no region that nobody asked for": (evidence) => {
    evidence.versions = [version({ regions: [region("westus"), region("eastus")] })];
  },
  "every disk of every region has the right set": (evidence) => {
    const { encryption } = region("westus");
    const wrong = { ...encryption, osDiskImage: { diskEncryptionSetId: setsOf("eastus").os } };
    evidence.versions = [version({ regions: [{ ...region("westus"), encryption: wrong }] })];
  },
  "the safety flag is closed": (evidence) => {
    evidence.versions = [version({ allowsDeletion: true })];
  },
  "no disk is left behind": ({ disks }) => disks.push("disk"),
  "what is published is there": ({ wanted }) => wanted[0]?.regions.push("eastus"),
  "what is published is in latest": (evidence) => {
    evidence.versions = [version({ excludeFromLatest: true })];
  },
  "what was never published is out of latest": (evidence) => {
    ended(evidence, "partlyPublished");
    recorded(evidence, "partlyPublished");
  },
  "what is partly published is there in part": (evidence) => {
    ended(evidence, "partlyPublished");
    recorded(evidence, "partlyPublished");
    gone(evidence);
  },
  "what has failed wasn't seen to be there": (evidence) => {
    ended(evidence, "failed");
    recorded(evidence, "failed");
    evidence.versions = [version({ excludeFromLatest: true })];
  },
  "what is recorded as completed is Completed": ({ wanted, outcomes }) => {
    wanted[0]?.regions.push("eastus");
    if (wanted[0] !== undefined) wanted[0].required = ["westus"];
    outcomes[0]?.regions.push({ region: "eastus", kind: "completed" });
  },
  "what was seen to be Completed is recorded so": ({ outcomes }) => fails(outcomes),
};

const run = (rows: Evidence["rows"]) => {
  const [first] = rows.runs;
  if (first === undefined) throw new Error("there is no run");
  return first;
};

/** The record says that the region has failed. */
function fails(outcomes: Evidence["outcomes"], code = "ReplicationFailed"): void {
  for (const outcome of outcomes)
    outcome.regions = [{ region: "westus", kind: "failed", fault: { code } }];
}

/** There is no version, and the record says so. */
function gone(evidence: Evidence): void {
  evidence.versions = [];
  fails(evidence.outcomes);
}

function ended({ rows, events }: Evidence, state: string): void {
  run(rows).state = state;
  events.push(`run-1.${state}`);
}

function recorded({ rows }: Evidence, state: string): void {
  rows.failures.push({ id: "f", kind: "run", state, runId: "run-1" });
  run(rows).failureId = "f";
}

test("a sound end violates nothing", () => {
  expect(violationsIn(soundEvidence())).toEqual([]);
});

test("every invariant has a violation here", () => {
  expect(Object.keys(VIOLATIONS)).toEqual(INVARIANTS.map(({ name }) => name));
});

test.each(Object.keys(VIOLATIONS))("%s: what breaks it is named, and nothing else", (name) => {
  const evidence = soundEvidence();
  VIOLATIONS[name]?.(evidence);
  const violations = violationsIn(evidence);
  expect(violations).toHaveLength(1);
  expect(violations[0]?.startsWith(`${name}: `)).toBe(true);
});

test("a PUT whose answer was lost counts as accepted, one that was cut on arrival doesn't", () => {
  const lost = soundEvidence();
  lost.log.push(put({ write: 3, status: 0 }), put({ write: 3 }));
  expect(violationsIn(lost)).toEqual([expect.stringContaining("two PUTs of the same write")]);
  const cut = soundEvidence();
  cut.log.push({ ...put({ write: 3, status: 0 }), caller: {} }, put({ write: 3 }));
  expect(violationsIn(cut)).toEqual([]);
});

test("a version that is gone is written again by the same write", () => {
  const evidence = soundEvidence();
  const gone = call("DELETE", { status: 202, by: "somebody" });
  evidence.log.push(gone, put({ write: 2, excluded: false, status: 201 }));
  expect(violationsIn(evidence)).toEqual([]);
});

test("what somebody else removes is nobody's violation, also where the look before is logged after", () => {
  const evidence = soundEvidence();
  const regions = ["westus", "eastus"];
  evidence.log.push(
    put({ write: 3, regions }),
    put({ write: 3, regions: ["westus"], flag: true, by: "somebody" }),
    look(...regions),
    put({ write: 4, regions: ["westus"] }),
  );
  expect(violationsIn(evidence)).toEqual([]);
});

const { data } = setsOf("westus");
const dataDisks: Record<string, DiskSets["dataDiskImages"]> = {
  "have none": [],
  "aren't told": undefined,
  "have the OS disk's": [{ lun: DATA_LUN, diskEncryptionSetId: setsOf("westus").os }],
  "have the platform's key": [{ lun: DATA_LUN }],
  "have it at another LUN": [{ lun: 1, diskEncryptionSetId: data }],
  "have one too many": [DATA_LUN, 1].map((lun) => ({ lun, diskEncryptionSetId: data })),
};

test.each(Object.keys(dataDisks))("sets of data disks that %s are wrong, sent or there", (how) => {
  const { encryption } = region("westus");
  const wrong = { ...encryption, dataDiskImages: dataDisks[how] } as DiskSets;
  const there = soundEvidence();
  there.versions = [version({ regions: [{ ...region("westus"), encryption: wrong }] })];
  expect(violationsIn(there)).toEqual([
    expect.stringContaining("every disk of every region has the right set: westus of 1.0.0"),
  ]);
  const sent = soundEvidence();
  const call = put({ write: 3 });
  const { properties } = call.body as PutBody;
  properties.publishingProfile.targetRegions = [{ name: "westus", encryption: wrong }];
  sent.log.push(call);
  expect(violationsIn(sent)).toEqual([expect.stringContaining("wrong sets in westus")]);
});

test("somebody else's version of another image needn't have its data disk's set", () => {
  const evidence = soundEvidence();
  const { osDiskImage } = region("westus").encryption;
  evidence.log.push(
    call("DELETE", { status: 202, by: "somebody" }),
    put({ status: 201, by: "somebody" }),
  );
  const regions = [{ ...region("westus"), encryption: { ...(osDiskImage && { osDiskImage }) } }];
  evidence.versions = [version({ regions })];
  expect(violationsIn(evidence)).toEqual([]);
});

describe("the record of each region against Azure", () => {
  const westus = region("westus");

  test.each(["Failed", "Replicating", "Unknown"])(
    "a region that is recorded as completed and is %s is told, though enough others are there",
    (state) => {
      const evidence = soundEvidence();
      const [wanted] = evidence.wanted;
      wanted?.regions.push("eastus");
      if (wanted !== undefined) wanted.required = 1;
      evidence.versions = [version({ regions: [westus, { ...region("eastus"), state }] })];
      const [outcome] = evidence.outcomes;
      expect(violationsIn(evidence)).toEqual([]);
      outcome?.regions.push({ region: "eastus", kind: "completed" });
      expect(violationsIn(evidence)).toEqual([
        "what is recorded as completed is Completed: eastus of 1.0.0, recorded by run-1, which is published",
      ]);
    },
  );

  test("a run that has ended, and doesn't say how its regions have, is told", () => {
    const evidence = soundEvidence();
    evidence.outcomes = [];
    expect(violationsIn(evidence)).toEqual([
      expect.stringContaining("1.0.0: nothing says how regions of run-1 ended"),
    ]);
  });

  test.each<[string, (evidence: Evidence) => void]>([
    ["Azure has completed after the last look", ({ log }) => void log.splice(1)],
    [
      "was looked at only after the run had ended",
      ({ rows }) => (run(rows).endedAt = "2026-11-24T15:00:00.000Z"),
    ],
    ["couldn't be verified", ({ wanted }) => wanted.forEach((one) => (one.isVerified = true))],
    ["a lost run has left on its way", ({ outcomes }) => fails(outcomes, "RunLost")],
    [
      "is another image's, which somebody has made there",
      ({ log }) =>
        void log.push(
          call("DELETE", { status: 202, by: "somebody" }),
          put({ status: 201, by: "somebody" }),
          look("westus"),
        ),
    ],
    ["somebody has brought since", ({ log }) => void log.push(put({ by: "somebody" }))],
  ])("a region that %s may be recorded as failed", (_, change) => {
    const evidence = soundEvidence();
    fails(evidence.outcomes);
    change(evidence);
    expect(violationsIn(evidence)).toEqual([]);
  });
});
