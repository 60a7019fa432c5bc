import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { linesOf } from "../../../../src/domain/run/announced-lines";
import { COMMON_FIELDS, LOG_LINES } from "../../../../src/domain/run/log-line";
import {
  publicationEvent,
  type PublicationEvent,
} from "../../../../src/domain/run/publication-event";

/** The events of docs/events.md, which are sent as they stand there. */
const examples = Array.from(
  readFileSync(resolve("docs/events.md"), "utf8").matchAll(/```json\n(.*?)```/gs),
  ([, text = ""]) => JSON.parse(text) as PublicationEvent,
);
const nameOf = ({ type }: PublicationEvent): string => type.split(".").at(-1) ?? "";

test.each(examples.map((event) => [nameOf(event), event] as const))(
  "%s is logged with its ids, under the names of the table",
  (name, event) => {
    const [line, ...more] = linesOf(event);
    const { runId, publicationId } = event.data as Record<string, string>;
    expect(line).toMatchObject({ event: name, time: event.time, eventId: event.id });
    expect([line?.runId, line?.publicationId]).toEqual([runId, publicationId]);
    for (const one of [line, ...more]) {
      const fields: readonly string[] = LOG_LINES[one?.event ?? "accepted"].fields;
      const known = [...Object.keys(COMMON_FIELDS), ...fields];
      expect(Object.keys(one ?? {}).filter((member) => !known.includes(member))).toEqual([]);
    }
  },
);

test("of every transition there is an example with all members that the table gives its line", () => {
  const announced = examples.map(nameOf);
  expect(new Set(announced).size).toBeGreaterThanOrEqual(13);
  const seen = (name: string): Set<string> =>
    new Set(
      examples
        .filter((event) => nameOf(event) === name)
        .flatMap((event) => Object.keys(linesOf(event)[0] ?? {})),
    );
  const missing = Object.entries(LOG_LINES)
    .filter(([name]) => announced.includes(name))
    .flatMap(([name, { fields }]) =>
      fields.filter((field) => !seen(name).has(field)).map((field) => `${name}.${field}`),
    );
  expect(missing.sort()).toEqual(OPTIONAL);
});

/** Members that the examples of docs/events.md have no occasion for. */
const OPTIONAL: string[] = [
  ...["accepted.action", "accepted.who", "cancelled.completed", "failed.completed"],
  ...["promoted.failed", "published.failed", "scheduleDisabled.again", "waveCompleted.failed"],
];

test("a failure that leaves something behind has a line of its own, also when the list is too long to be sent", () => {
  const leftOver = Array.from({ length: 900 }, () => ({ what: "x".repeat(400), command: "az" }));
  const event = publicationEvent({
    state: "failed",
    publicationId: "p",
    key: "run-1",
    time: "2026-11-24T12:00:00.000Z",
    data: { id: "f", publicationId: "p", runId: "run-1", leftOverCount: 900, leftOver },
  });
  expect(event.data).toMatchObject({ omitted: ["leftOver"] });
  expect(linesOf(event)).toMatchObject([
    { event: "failed", failureId: "f" },
    { event: "leftOver", failureId: "f", runId: "run-1", eventId: "run-1.failed", count: 900 },
  ]);
});

test("what leaves nothing behind has one line", () => {
  const data = { runId: "run-1", regions: [{ region: "westus", kind: "completed" }] };
  const published = { publicationId: "p", key: "run-1", time: "2026-11-24T12:00:00.000Z", data };
  expect(linesOf(publicationEvent({ state: "published", ...published }))).toEqual([
    {
      ...{ event: "published", time: published.time, eventId: "run-1.published" },
      ...{ runId: "run-1", completed: "westus" },
    },
  ]);
});
