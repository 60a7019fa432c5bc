import { ApiUnavailable, type PublicationsApi } from "../../../src/cli/api-client";
import { watchPublication } from "../../../src/cli/watch-publication";
import { buildFailure, buildPublication } from "./build-publication";

/** An API that answers as told; the clock moves with the pauses. */
function watching(answers: Partial<PublicationsApi>, timeoutMs = 10_000) {
  let now = 0;
  const seen: (string | undefined)[] = [];
  const api: PublicationsApi = {
    findByRequest: async () => undefined,
    publication: async () => Promise.reject(new Error("not asked for")),
    findFailure: async () => undefined,
    failure: async () => Promise.reject(new Error("not asked for")),
    post: async () => Promise.reject(new Error("not asked for")),
    ...answers,
  };
  const ending = watchPublication(api, {
    requestId: "r1",
    timeoutMs,
    onLook: (publication) => void seen.push(publication?.state),
    now: () => now,
    pause: async (ms) => void (now += ms),
  });
  return { ending, seen };
}

/** Each call takes the next answer. */
function inTurn<T extends object>(...answers: (T | Error)[]): () => Promise<T> {
  return async () => {
    const next = answers.shift() ?? new Error("asked more often than there are answers");
    if (next instanceof Error) throw next;
    return next;
  };
}

test("a request is followed from the queue to the end of its publication", async () => {
  const published = buildPublication({ state: "published" });
  const { ending, seen } = watching({
    findByRequest: async () => buildPublication(),
    publication: inTurn(buildPublication({ state: "planning" }), buildPublication(), published),
  });
  expect(await ending).toEqual({ kind: "publication", publication: published });
  expect(seen).toEqual(["planning", "publishing", "published"]);
});

test("the recorded failure comes with a publication that has one", async () => {
  const rejected = buildPublication({ state: "rejected", failureId: "f1" });
  const failure = buildFailure();
  const { ending } = watching({
    findByRequest: async () => rejected,
    publication: async () => rejected,
    failure: async () => failure,
  });
  expect(await ending).toEqual({ kind: "publication", publication: rejected, failure });
});

test("a message that could not be admitted is found in the failure ledger", async () => {
  const failure = buildFailure({ kind: "message" });
  const { ending } = watching({
    findFailure: async () => ({ id: "f1", kind: "message" }),
    failure: async () => failure,
  });
  expect(await ending).toEqual({ kind: "refusedMessage", failure });
});

test("an API that is away for a while only makes the wait longer", async () => {
  const published = buildPublication({ state: "published" });
  const { ending, seen } = watching({
    findByRequest: async () => buildPublication(),
    publication: inTurn(
      buildPublication(),
      new ApiUnavailable("GET …: ECONNREFUSED"),
      new ApiUnavailable("GET …: 503"),
      published,
    ),
  });
  expect(await ending).toMatchObject({ publication: published });
  expect(seen).toEqual(["publishing", "published"]);
});

test("an answer that makes no sense ends the wait at once", async () => {
  const { ending } = watching({ findByRequest: () => Promise.reject(new Error("GET …: 401")) });
  await expect(ending).rejects.toThrow("GET …: 401");
});

test("after the timeout it is said what was seen last", async () => {
  const { ending } = watching({
    findByRequest: async () => buildPublication(),
    publication: async () => buildPublication(),
  });
  await expect(ending).rejects.toThrow(
    "request r1 did not end within 10 s: the publication was publishing, westus replicating 50 %, eastus2 replicating 50 %",
  );
  await expect(watching({}, 1000).ending).rejects.toThrow(
    "request r1 did not end within 1 s: neither a publication nor a recorded failure was seen",
  );
});
