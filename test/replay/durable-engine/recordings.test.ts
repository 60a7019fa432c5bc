/**
 * The engine and the wire against what the real Durable extension (3.19.0) was seen to do, for each of
 * the 83 recorded scenarios. A scenario is equal when all of this is:
 *
 * 1. Answers: each instance's last recorded trigger payload, given to the real durable-functions
 *    library and the recorded app, makes the recorded answer (or throws the recorded message).
 * 2. Replay: for every episode that the recorded history is made of, the library's answer to the
 *    history up to there, replayed by our engine, schedules exactly what the extension scheduled
 *    (kinds, ids, names, versions, child ids, and fire times to the millisecond); after the last one it
 *    ends, or goes on, as the extension's instance did, with the same output.
 * 3. Payload: for the last episode, what our host would send is the recorded payload, member by member (but
 *    for the schema version, and the empty turn at the begin of a generation after continueAsNew).
 * 4. Live: the scenario is run again on our host (virtual time, memory store, strictness off), by its
 *    recorded HTTP and client calls and its recorded events. Every recorded exchange (status, headers,
 *    body) and each instance's final status with its whole history as shown over HTTP are compared.
 *
 * Not compared, because no second run could repeat it: times, generated ids, .NET stack traces,
 * serialised .NET exceptions and the number of their lines, the JSON parser's wording; of texts that
 * were cut in the recording, what was cut; the results of `timerEarly`, which measure Azurite's timing;
 * all but the begin of two statuses that were asked for while they were being written
 * (`STATUS_IN_BETWEEN`); and child orchestrations' statuses, which were not recorded.
 */
import { createComparison } from "./recorded-comparison";
import { loadRecordings, type Json, type Recording } from "../../support/durable-recordings";

/** Scenarios that may differ: exactly these, each for its reason. */
const DIFFERENT: Readonly<Record<string, string>> = {
  entities: "entities are not supported",
  entityUse: "entities are not supported",
  sendEntityUnknown: "entities are not supported",
  spikeEntity: "entities are not supported",
  locks: "entity locks are not supported",
  httpCall: "callHttp is not supported",
  httpPoll: "callHttp is not supported",
  rewind: "rewind is not supported",
};

const recordings = loadRecordings();
const found = new Map<string, string[]>();

beforeAll(async () => {
  const compare = createComparison();
  for (const recording of recordings) found.set(recording.name, await compare(recording));
}, 60_000);

test("all scenarios are there", () => {
  expect(recordings).toHaveLength(83);
});

test.each(recordings.map(({ name }) => name))("%s", (name) => {
  const differences = found.get(name) ?? ["not compared"];
  if (name in DIFFERENT) expect(differences).not.toEqual([]);
  else expect(differences).toEqual([]);
});

test("every scenario that is said to differ is one of the recorded ones", () => {
  expect(Object.keys(DIFFERENT).filter((name) => !found.has(name))).toEqual([]);
});

/** A comparison that never finds anything would pass as well. */
test.each<[string, string, (recording: Recording) => void]>([
  ["an answer", "answer of", (r) => set(r, "instances.fanAll.answer.isDone", false)],
  [
    "the id of a scheduled task",
    "episode 1 of",
    (r) => set(r, "instances.fanAll.lastPayload.history.3.EventId", 9),
  ],
  [
    "a flag in the payload",
    "payload of",
    (r) => set(r, "instances.fanAll.lastPayload.history.1.IsPlayed", false),
  ],
  ["a status", "status of", (r) => set(r, "instances.fanAll.status.body.output.0.k", 2)],
  [
    "a result in the history",
    "status of",
    (r) => set(r, "instances.fanAll.status.body.historyEvents.1.Result.k", 5),
  ],
])("a change of %s is noticed", async (_, where, change) => {
  const recording = structuredClone(recordings.find(({ name }) => name === "fanAll"));
  if (!recording) throw new Error("the recording is missing");
  change(recording);
  const differences = await createComparison()(recording);
  expect(differences.filter((difference) => difference.startsWith(where))).not.toEqual([]);
});

test("a change of an HTTP exchange is noticed", async () => {
  const recording = structuredClone(recordings.find(({ name }) => name === "terminate"));
  if (!recording) throw new Error("the recording is missing");
  set(recording, "calls.1.status", 202);
  expect(await createComparison()(recording)).toEqual([
    expect.stringContaining(".status: got 410, recorded 202"),
  ]);
});

function set(target: unknown, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const parent = keys.reduce((at, key) => at[key] as Json, target as Json);
  parent[last] = value;
}

afterAll(() => {
  const differing = [...found.values()].filter((differences) => differences.length > 0).length;
  process.stdout.write(
    `recordings: equal ${found.size - differing} / differs ${differing} / total ${found.size}\n`,
  );
});
