import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RunningStack, sample } from "./running-stack";

interface Found {
  path: string;
  code: string;
  severity?: string;
}
type Json = Record<string, unknown>;
type Request = Json & { requestId: string };

const ROUNDS = 8;

describe("the door: HTTP and queue", () => {
  // At this pace a run goes on for longer than a test looks at it, and seldom looks itself.
  const stack = new RunningStack();
  beforeAll(
    () =>
      stack.start([
        ...["--speed", "20", "--setting", "WATCH_MIN_INTERVAL_SECONDS=30"],
        ...["--setting", "WATCH_MAX_INTERVAL_SECONDS=30"],
      ]),
    60_000,
  );
  afterAll(() => stack.stop(), 20_000);

  const post = (body: unknown, query = "", headers: Record<string, string> = {}) =>
    stack.http(`/api/publications${query}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const told = (problems: Found[]): string[] =>
    problems.map(({ path, code }) => `${path} ${code}`).sort();
  const kept = (requestId: string) =>
    stack.eventually(`the ledger's entry of ${requestId}`, async () => {
      const { items } = (
        await stack.http(`/api/failures?requestId=${encodeURIComponent(requestId)}`)
      ).body;
      return items.length === 0 ? undefined : (await stack.http(items[0].links.self)).body;
    });
  const publicationOf = (requestId: string) =>
    stack.eventually(`the publication of ${requestId}`, async () => {
      const { items } = (
        await stack.http(`/api/publications?requestId=${encodeURIComponent(requestId)}`)
      ).body;
      return items.length === 0 ? undefined : (await stack.http(items[0].links.self)).body;
    });

  describe("four mistakes of the request and four that only Azure knows", () => {
    const STATIC = {
      replicaCount: 0,
      endOfLifeDate: "2020-12-01",
      colour: "blue",
      rollout: { timeout: "6h" },
    };
    const STATIC_TOLD = [
      "$.colour UnknownMember",
      "$.endOfLifeDate EndOfLifeInPast",
      "$.replicaCount ReplicaCountOutOfRange",
      "$.rollout.timeout InvalidTimeout",
    ];
    const os = "encryption.osDiskImage.diskEncryptionSetId";
    const AZURE_TOLD = [
      "$.image ImageDefinitionNotFound",
      "$.source.managedImage SourceNotFound",
      `$.targetRegions[0].${os} DiskEncryptionSetNotFound`,
      `$.targetRegions[1].${os} DiskEncryptionSetInOtherRegion`,
    ];
    /** Sound in itself; definition, source and both OS disks' sets are wrong in Azure. */
    const corrected = (requestId: string) => {
      const request = sample("request.json", { version: "3.0.0", requestId });
      request.image.definition = "NoSuchImage";
      request.source.managedImage += "Missing";
      request.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId = "NoSuchSet";
      request.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId =
        "WestUSDiskEncryptionSet1";
      return request;
    };

    it("HTTP answers exactly the four of the request, and asks Azure nothing", async () => {
      const before = stack.armCalls("GET", "").length;
      for (const query of ["", "?dryRun=true"]) {
        const answer = await post({ ...corrected("eight"), ...STATIC }, query);
        expect(answer.headers.get("content-type")).toBe("application/problem+json");
        expect([answer.status, told(answer.body.problems)]).toEqual([400, STATIC_TOLD]);
      }
      expect(stack.armCalls("GET", "")).toHaveLength(before);
    });

    it("the dry run of the corrected request answers exactly the other four", async () => {
      const { status, body } = await post(corrected("eight"), "?dryRun=true");
      expect([status, body.plan.kind, told(body.plan.problems)]).toEqual([
        200,
        "impossible",
        AZURE_TOLD,
      ]);
    });

    it("on the queue the first is in the ledger with all reasons and its raw body, the second ends rejected with the other four, and nothing is written", async () => {
      const wrong = { ...corrected("eight-wrong"), ...STATIC };
      await stack.drop(wrong, "message-of-eight");
      const failure = await kept("eight-wrong");
      expect(told(failure.problems)).toEqual(STATIC_TOLD);
      expect(failure.rawMessage).toMatchObject({
        body: wrong,
        bodyEncoding: "json",
        messageId: "message-of-eight",
      });
      await stack.drop(corrected("eight"));
      const publication = await stack.ended("eight");
      expect([publication.state, told(publication.problems)]).toEqual(["rejected", AZURE_TOLD]);
      expect(stack.armCalls("PUT", "/versions/3.0.0")).toEqual([]);
    });
  });

  it.each(["request.json", "request-snapshots.json"])(
    "nothing of the sample %s is said not to be checked",
    async (name) => {
      const request = sample(name, { version: "3.1.0", requestId: "sample" });
      const { plan } = (await post(request, "?dryRun=true")).body;
      expect([plan.kind, plan.remarks]).toEqual(["create", []]);
    },
  );

  describe("the raw body in the ledger", () => {
    it("of a message of a megabyte is whole, and so is that of one that isn't JSON", async () => {
      const request = { requestId: "large", note: "ü".repeat(500_000) };
      await stack.drop(request, "m-large");
      expect((await kept("large")).rawMessage).toMatchObject({
        body: request,
        bodyEncoding: "json",
      });
      const text = `{"note": "${"x".repeat(1_000_000)}`;
      await stack.drop(Buffer.from(text), "m-large-text");
      const failure = await kept("m-large-text");
      expect(failure.rawMessage).toMatchObject({ body: text, bodyEncoding: "text" });
      expect(failure.problems).toMatchObject([{ code: "NotJson" }]);
    });

    it("of bytes that the host couldn't read as text is what it handed over, and says that some are lost", async () => {
      await stack.drop(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), "m-binary");
      const failure = await kept("m-binary");
      expect(failure.rawMessage).toMatchObject({
        body: "{\uFFFD\uFFFD}",
        bodyEncoding: "text",
        bytesLost: true,
      });
      expect(failure.problems[0].message).toContain("aren't UTF-8");
    });

    it("of one message isn't lost to another's that pretends to be the same delivery", async () => {
      const forged = {
        messageId: "x",
        sequenceNumber: "1",
        enqueuedTimeUtc: "2001-01-01T00:00:00",
        enqueuedTime: "2001-01-01T00:00:00+00:00",
      };
      const entries = async (): Promise<{ recordedAt: string }[]> =>
        (await stack.http("/api/failures")).body.items;
      const before = (await entries()).length;
      for (const colour of ["red", "blue"]) await stack.drop({ ...forged, colour });
      await stack.eventually("both entries", async () =>
        (await entries()).length === before + 2 ? true : undefined,
      );
      for (const { recordedAt } of await entries()) expect(recordedAt > "2002").toBe(true);
    });
  });

  describe("two starters for one version at the same moment", () => {
    const pair = (kind: string, round: number): [Request, Request] => {
      const version = `${{ http: 4, mixed: 5, queue: 6, same: 7 }[kind]}.0.${round}`;
      const request = (requestId: string): Request =>
        sample("request.json", { version, requestId });
      const [a, b] = [request(`${kind}-a-${round}`), request(`${kind}-b-${round}`)];
      return [a, kind === "same" ? b : { ...b, replicaCount: 3 }];
    };
    const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
    /** The one run of the version is the winner's, and Azure gets what it asked for. */
    const expectWinner = async (winner: Request): Promise<void> => {
      const { runs } = await publicationOf(winner.requestId);
      expect(runs.map((run: Request) => run.requestId)).toEqual([winner.requestId]);
    };

    it("over HTTP: one is accepted, the other is told who holds the version", async () => {
      await Promise.all(
        rounds.map(async (round) => {
          const [a, b] = pair("http", round);
          const answers = await Promise.all([post(a), post(b)]);
          expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
          const [winner, loser] = answers[0]?.status === 202 ? [a, b] : [b, a];
          const refused = answers.find(({ status }) => status === 409);
          expect(refused?.body.detail).toContain(
            `another request, "${winner.requestId}", is publishing`,
          );
          await expectWinner(winner);
          const found = await stack.http(`/api/publications?requestId=${loser.requestId}`);
          expect(found.body.items).toEqual([]);
        }),
      );
    });

    it("over HTTP and the queue: one runs, the other is answered 409 or is in the ledger", async () => {
      await Promise.all(
        rounds.map(async (round) => {
          const [a, b] = pair("mixed", round);
          const [{ status }] = await Promise.all([post(a), stack.drop(b)]);
          expect([202, 409]).toContain(status);
          if (status === 202)
            expect(told((await kept(b.requestId)).problems)).toEqual(["$ VersionBusy"]);
          await expectWinner(status === 202 ? a : b);
        }),
      );
    });

    it("over the queue: one runs, the other is in the ledger with its body", async () => {
      await Promise.all(
        rounds.map(async (round) => {
          const both = pair("queue", round);
          await Promise.all(both.map((request) => stack.drop(request)));
          const loser = await stack.eventually("one refusal", async () => {
            for (const request of both) {
              const found = await stack.http(`/api/failures?requestId=${request.requestId}`);
              if (found.body.items.length > 0) return request;
            }
            return undefined;
          });
          const failure = await kept(loser.requestId);
          expect([told(failure.problems), failure.rawMessage.body]).toEqual([
            ["$ VersionBusy"],
            loser,
          ]);
          await expectWinner(both[0] === loser ? both[1] : both[0]);
        }),
      );
    });

    it("ten over both triggers, each with contents of its own: one runs, nine are told", async () => {
      const requests = Array.from({ length: 10 }, (_, index) => ({
        ...sample("request.json", { version: "7.1.0", requestId: `ten-${index}` }),
        replicaCount: index + 1,
      }));
      const answers = await Promise.all(
        requests.map(async (request, index) => {
          if (index % 2 === 1) return stack.drop(request).then(() => undefined);
          return (await post(request)).status;
        }),
      );
      const posted = answers.filter((status) => status !== undefined);
      const refused = await stack.eventually("the ledger's entries", async () => {
        const { items } = (await stack.http("/api/failures?limit=200")).body;
        const ids = items
          .map(({ requestId }: Request) => requestId)
          .filter((id: string | undefined) => id?.startsWith("ten-"));
        return ids.length + posted.filter((status) => status === 409).length === 9
          ? ids
          : undefined;
      });
      const winner = requests.find(
        ({ requestId }, index) =>
          answers[index] === 202 || (index % 2 === 1 && !refused.includes(requestId)),
      );
      if (winner === undefined) throw new Error("nobody won");
      await expectWinner(winner);
      const { summary } = (await stack.http(`/api/failures?requestId=${refused[0]}`)).body.items[0];
      expect(summary).toContain(`another request, "${winner.requestId}", is publishing`);
    });

    it("with the same content both get the one run, whatever the trigger", async () => {
      await Promise.all(
        rounds.map(async (round) => {
          const [a, b] = pair("same", round);
          const [answer] = await Promise.all([post(a), stack.drop(b)]);
          expect(answer.status).toBe(202);
          const found = await publicationOf(b.requestId);
          expect(found.runs).toHaveLength(1);
          expect((await publicationOf(a.requestId)).id).toBe(found.id);
          const refused = await stack.http(`/api/failures?requestId=${b.requestId}`);
          expect(refused.body.items).toEqual([]);
        }),
      );
    });
  });

  describe("hostile values", () => {
    it("as a request's id are kept, found and shown as they are; those that would break a line are refused", async () => {
      const requestId = "o'brien' or '1' eq '1/../%2f?x=1#y\\ü";
      const request = sample("request.json", { version: "8.0.0", requestId });
      expect((await post(request)).status).toBe(202);
      expect((await publicationOf(requestId)).requestId).toBe(requestId);
      for (const bad of ["a\nERROR forged", "a\u0000", "\u001b[2J"]) {
        const refused = await post({ ...request, requestId: bad });
        expect([refused.status, told(refused.body.problems)]).toEqual([
          400,
          ["$.requestId Invalid"],
        ]);
      }
    });

    it.each([
      ["a path that climbs", "../../other"],
      ["an escaped slash", "a%2fb"],
      ["a quote", "a'b"],
      ["a line of a log", "a\nERROR forged"],
      ["a query", "a?api-version=1"],
      ["half of a character", "\ud800"],
      ["ten thousand letters", "x".repeat(10_000)],
    ])("%s as a name reaches no URL", async (_what, value) => {
      const request = sample("request.json", { version: "8.0.1", requestId: "hostile" });
      request.image.gallery = value;
      request.source.managedImage = request.source.managedImage.replace("myImage", value);
      const answer = await post(request);
      expect([answer.status, told(answer.body.problems)]).toEqual([
        400,
        expect.arrayContaining([
          expect.stringContaining("$.image.gallery"),
          expect.stringContaining("$.source.managedImage"),
        ]),
      ]);
      const requestId = `hostile-${Buffer.from(value).toString("hex").slice(0, 40)}`;
      await stack.drop({ ...request, requestId }, `m-${requestId}`);
      expect(told((await kept(requestId)).problems)).toEqual(told(answer.body.problems));
      expect(stack.armCalls("GET", "/versions/8.0.1")).toEqual([]);
    });

    it("as a message's id forge no line of the log", async () => {
      await stack.drop("{", "m\nERROR forged");
      // No request's id: it is found by its hash.
      await kept(createHash("sha256").update("m\nERROR forged").digest("hex"));
      const log = readFileSync(join(stack.directory, "logs", "functions-host.log"), "utf8");
      const lines = log.split("\n").filter((line) => line.includes("ERROR forged"));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(JSON.stringify("m\\u000aERROR forged").slice(1, -1));
    });

    it.each([
      ["application/xml", 415],
      ["application/json; charset=utf-16", 415],
    ])("a body that is said to be %s is answered %i", async (type, status) => {
      expect((await post("{}", "", { "content-type": type })).status).toBe(status);
    });

    it("a body over a million bytes is answered 413, an empty one and one that isn't UTF-8 400", async () => {
      const large = await post({ note: "x".repeat(1_000_001) });
      const empty = await post("");
      const latin1 = await stack.http("/api/publications", {
        method: "POST",
        body: Buffer.from('{"a": "\xfc"}', "latin1"),
      });
      expect([large.status, empty.status, latin1.status]).toEqual([413, 400, 400]);
      expect([empty.body.detail, latin1.body.title]).toEqual([
        "the body isn't JSON: the body is empty",
        "Not JSON",
      ]);
    });
  });
});
