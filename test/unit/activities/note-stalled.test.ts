import { noteStalled } from "../../../src/activities/note-stalled";
import type { LogLine } from "../../../src/domain/run/log-line";
import type { StallChange } from "../../../src/domain/rollout/stalled";

const image = {
  ...{ subscriptionId: "s", resourceGroup: "g", gallery: "MyGallery" },
  ...{ definition: "MyImage", version: "1.0.0", location: "westus" },
};
const change = (event: StallChange["event"], region: string): StallChange => ({
  ...{ event, region, state: "replicating", progress: 40 },
  since: "2026-11-24T15:00:00.000Z",
});

test("each change is one line", async () => {
  const lines: LogLine[] = [];
  const answer = await noteStalled({ log: (line) => void lines.push(line) })({
    ...{ publicationId: "p", runId: "run-1", image, time: "2026-11-24T16:00:00.000Z" },
    changes: [change("regionStalled", "westus"), change("regionMoved", "eastus2")],
  });
  expect(answer).toEqual({ kind: "noted" });
  const told = {
    ...{ time: "2026-11-24T16:00:00.000Z", publicationId: "p", runId: "run-1" },
    imageVersionId:
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/MyGallery/images/MyImage/versions/1.0.0",
    ...{ state: "replicating", progress: 40, since: "2026-11-24T15:00:00.000Z" },
  };
  expect(lines).toEqual([
    { event: "regionStalled", ...told, region: "westus" },
    { event: "regionMoved", ...told, region: "eastus2" },
  ]);
});
