import { RunningStack, sample } from "./running-stack";

const MESSAGES = 300;

interface Entry {
  id: string;
  recordedAt: string;
  kind: string;
  state: string;
  requestId: string;
  status: string;
  links: Record<string, string>;
}

describe("the failure ledger with hundreds of entries, over the running stack", () => {
  const stack = new RunningStack();
  let run: { id: string; failureId: string };

  /** Every page of the list, from the first to the last. */
  async function pages(query: string): Promise<Entry[][]> {
    const found: Entry[][] = [];
    let path: string | undefined = `/api/failures${query}`;
    while (path !== undefined) {
      const { status, body } = await stack.http(path);
      expect(status).toBe(200);
      found.push(body.items);
      path = body.links?.next;
    }
    return found;
  }
  const all = async (query: string): Promise<Entry[]> => (await pages(query)).flat();

  beforeAll(async () => {
    await stack.start(["--speed", "300"]);
    const sender = stack.serviceBus.createSender("publish-requests");
    await sender.sendMessages(
      Array.from({ length: MESSAGES }, (_, index) => ({
        body: { requestId: `mistaken-${index}` },
        messageId: `mistaken-${index}`,
      })),
    );
    await sender.close();
    const request = sample("request.json", { version: "3.0.0", requestId: "no-such-image" });
    const source = { managedImage: `${request.source.managedImage}-gone` };
    await stack.drop({ ...request, source });
    run = await stack.ended("no-such-image", 60_000);
    await stack.eventually(
      "the whole ledger",
      async () => ((await all("?limit=200")).length === MESSAGES + 1 ? true : undefined),
      90_000,
    );
  }, 180_000);
  afterAll(() => stack.stop(), 20_000);

  it.each([7, 50, 200])(
    "is read by pages of %d: each entry once, newest first, no page too long",
    async (limit) => {
      const found = await pages(`?limit=${limit}`);
      const entries = found.flat();
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
      expect(entries).toHaveLength(MESSAGES + 1);
      for (const page of found) expect(page.length).toBeLessThanOrEqual(limit);
      const times = entries.map(({ recordedAt }) => recordedAt);
      expect(times).toEqual([...times].sort().reverse());
    },
    60_000,
  );

  it("is filtered by kind, state, request, publication and status, each over all pages", async () => {
    const { failureId } = run;
    const counts = async (query: string): Promise<number> => (await all(query)).length;
    expect(await counts("?kind=message&limit=200")).toBe(MESSAGES);
    expect(await counts("?state=rejected&kind=message&limit=90")).toBe(MESSAGES);
    expect(await counts("?state=cancelled")).toBe(0);
    for (const query of [
      "?kind=run",
      `?publicationId=${run.id}`,
      "?requestId=no-such-image",
      `?kind=run&state=rejected&status=open&publicationId=${run.id.toUpperCase()}`,
    ])
      expect(await all(query)).toMatchObject([{ id: failureId, kind: "run", state: "rejected" }]);
  });

  it("loses a dismissed entry from its list, wherever it stands, and keeps it", async () => {
    const entry = (await all("?limit=200"))[150];
    const said = { who: "Ada", why: "a test" };
    const { status } = await stack.http(entry?.links["dismiss"] ?? "", {
      method: "POST",
      body: JSON.stringify(said),
    });
    expect(status).toBe(200);
    expect(await all("?limit=200")).toHaveLength(MESSAGES);
    expect(await all("?limit=200&status=all")).toHaveLength(MESSAGES + 1);
    expect(await all("?status=dismissed")).toMatchObject([{ id: entry?.id, dismissed: said }]);
    expect((await stack.http(`/api/failures/${entry?.id}`)).body).toMatchObject({
      status: "dismissed",
      rawMessage: { body: { requestId: entry?.requestId } },
      problems: expect.arrayContaining([expect.objectContaining({ code: expect.any(String) })]),
    });
  });

  it("answers a made-up page token, limit or filter as a mistake of the caller", async () => {
    for (const query of ["?pageToken=7", "?limit=0", "?limit=201", "?kind=letter", "?state=good"])
      expect((await stack.http(`/api/failures${query}`)).status).toBe(400);
  });
});
