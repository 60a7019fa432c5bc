import { RunningStack, sample } from "../end-to-end/running-stack";

const REQUESTS = 50;
/** Answers over HTTP after which the host is killed: others are still being admitted then. */
const ANSWERS_BEFORE_KILL = 5;

const nameOf = (index: number): string => `numbered-${String(index + 1).padStart(2, "0")}`;

describe("fifty requests for the next patch at once, over HTTP and the queue", () => {
  const stack = new RunningStack();
  beforeAll(() => stack.start(["--speed", "100"]), 40_000);
  afterAll(() => stack.stop(), 20_000);

  const request = (requestId: string): Record<string, unknown> => {
    const { image, ...rest } = sample("request.json", { version: "", requestId }) as {
      image: Record<string, unknown>;
    };
    return { ...rest, image: { ...image, version: { strategy: "nextPatch" } } };
  };

  /** Sends the same until it is answered, as a client does whose connection broke. */
  const post = (requestId: string) =>
    stack.eventually(
      `an answer to ${requestId}`,
      async () => {
        try {
          const body = JSON.stringify(request(requestId));
          const { status, body: told } = await stack.http("/api/publications", {
            method: "POST",
            body,
            headers: { "content-type": "application/json" },
          });
          return status === 200 || status === 202
            ? (told as { id: string; version: string })
            : undefined;
        } catch {
          return undefined; // the host is away
        }
      },
      60_000,
    );

  it("and one kill -9 of the host in between: fifty different numbers, one version made for each request", async () => {
    const names = Array.from({ length: REQUESTS }, (_, index) => nameOf(index));
    let answered = 0;
    let killed: Promise<unknown> | undefined;
    const answers = names.map(async (name, index) => {
      if (index % 2 === 1) return stack.drop(request(name));
      const { version } = await post(name);
      if (++answered === ANSWERS_BEFORE_KILL) killed = stack.kill("functions-host");
      return version;
    });
    const told = await Promise.all(answers);
    await killed;
    expect(answered).toBe(REQUESTS / 2);

    const ended = await Promise.all(names.map((name) => stack.ended(name, 150_000)));
    const versions = ended.map(({ image }) => image.version as string);
    expect(ended.map(({ state }) => state)).toEqual(names.map(() => "published"));

    const creations = stack
      .armCalls("PUT", "/versions/")
      .filter(({ status }) => status === 201)
      .map(({ path, body }) => ({
        version: path.split("/").at(-1) ?? "",
        runId: (body as { tags: Record<string, string> }).tags["gallery-publisher-run"],
      }));
    process.stdout.write(
      [
        ...names.map((name, index) => {
          const made = creations.filter(({ runId }) => runId === ended[index].runId);
          return `${name} ${index % 2 === 1 ? "queue" : "http "} ${made.map(({ version }) => version).join(" ")}`;
        }),
        `${creations.length} versions made by PUT, ${new Set(creations.map(({ version }) => version)).size} different numbers, host killed after ${ANSWERS_BEFORE_KILL} answers`,
        "",
      ].join("\n"),
    );
    // By Resource Manager's own log: each number was made once, by the one run of its request.
    expect(creations).toHaveLength(REQUESTS);
    expect(new Set(versions).size).toBe(REQUESTS);
    expect(ended.map(({ image }) => image.strategy)).toEqual(names.map(() => "nextPatch"));
    for (const [index, { runId, runs }] of ended.entries()) {
      expect(runs).toHaveLength(1);
      expect(creations.filter((one) => one.runId === runId)).toEqual([
        { version: versions[index], runId },
      ]);
      if (told[index] !== undefined) expect(told[index]).toBe(versions[index]);
    }
  }, 240_000);

  it("then one that is rejected before a write: a dry run and the next request get its number", async () => {
    const dryRun = async () => {
      const body = JSON.stringify(request("dry"));
      const headers = { "content-type": "application/json" };
      const answer = await stack.http("/api/publications?dryRun=true", {
        method: "POST",
        body,
        headers,
      });
      return answer.body.version;
    };
    const next = { strategy: "nextPatch", number: `1.0.${REQUESTS}` };
    expect(await dryRun()).toEqual(next);
    await stack.drop({
      ...request("unsound"),
      source: { managedImage: String(sourceOf(request("unsound"))).replace("myImage", "noImage") },
    });
    const rejected = await stack.ended("unsound");
    expect(rejected).toMatchObject({ state: "rejected", image: { version: next.number } });
    expect(await dryRun()).toEqual(next);
    await stack.drop(request("sound"));
    const published = await stack.ended("sound", 60_000);
    expect(published).toMatchObject({ state: "published", image: { version: next.number } });
    expect((await stack.ended("unsound")).image.version).toBe(next.number);
  }, 120_000);
});

const sourceOf = ({ source }: Record<string, unknown>): unknown =>
  (source as { managedImage: unknown }).managedImage;
