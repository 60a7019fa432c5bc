import { requestJsonSchema } from "../../../src/domain/request/json-schema";
import { readSchema } from "../../../src/functions/read-schema";

test("the schema is answered as application/schema+json", async () => {
  const answer = await readSchema()();
  expect(answer.status).toBe(200);
  expect(answer.headers).toEqual({ "content-type": "application/schema+json" });
  expect(JSON.parse(answer.body as string)).toEqual(requestJsonSchema());
});
