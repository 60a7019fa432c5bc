import { noteStalled } from "../../../src/activities/note-stalled";
import { structuredLog } from "../../../src/activities/structured-log";
import type { StallChange } from "../../../src/domain/rollout/stalled";

const image = {
  ...{ subscriptionId: "s", resourceGroup: "g", gallery: "MyGallery" },
  ...{ definition: "MyImage", version: "1.0.0", location: "westus" },
};
const change = (event: StallChange["event"], region: string): StallChange => ({
  ...{ event, region, state: "replicating", progress: 40 },
  since: "2026-11-24T15:00:00.000Z",
});

test("each change is one line of JSON, in the invocation's own log: a warning, and when it is over a notice", async () => {
  const lines: [string, unknown][] = [];
  const answer = await noteStalled({ log: structuredLog })(
    {
      ...{ publicationId: "p", runId: "run-1", image, time: "2026-11-24T16:00:00.000Z" },
      changes: [change("regionStalled", "westus"), change("regionMoved", "eastus2")],
    },
    {
      warn: (text) => void lines.push(["warn", JSON.parse(text)]),
      info: (text) => void lines.push(["info", JSON.parse(text)]),
    },
  );
  expect(answer).toEqual({ kind: "noted" });
  const told = {
    ...{ time: "2026-11-24T16:00:00.000Z", publicationId: "p", runId: "run-1" },
    imageVersionId:
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/MyGallery/images/MyImage/versions/1.0.0",
    ...{ state: "replicating", progress: 40, since: "2026-11-24T15:00:00.000Z" },
  };
  expect(lines).toEqual([
    ["warn", { event: "regionStalled", ...told, region: "westus" }],
    ["info", { event: "regionMoved", ...told, region: "eastus2" }],
  ]);
});
