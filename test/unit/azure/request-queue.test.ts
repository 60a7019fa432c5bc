import { createRequestQueue } from "../../../src/azure/request-queue";

describe("the queue of publish requests", () => {
  it("takes a message with its id, as JSON, and with the time that it may wait", async () => {
    const sent: unknown[] = [];
    const queue = createRequestQueue({ sendMessages: async (message) => void sent.push(message) });
    await queue.send({ requestId: "a" }, "a~1", 40_000);
    expect(sent).toEqual([
      {
        ...{ body: { requestId: "a" }, messageId: "a~1", timeToLive: 40_000 },
        contentType: "application/json",
      },
    ]);
  });
});
