import { createArmGet } from "../../../src/azure/arm-get";
import { createPermissions } from "../../../src/azure/permissions";
import { createFakeArm, type Answer, type SentRequest } from "../../support/fake-arm";
import { SUBSCRIPTION } from "../../support/request-factory";

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/my (group)`;

function permissions(answer: (request: SentRequest) => Answer) {
  const arm = createFakeArm(answer);
  const armGet = createArmGet(arm.clients, "https://arm.test", arm.httpClient);
  return { ...createPermissions(armGet), sent: arm.sent };
}

test("every page of the answer counts, and names are escaped", async () => {
  const next = "https://arm.test/next?page=2";
  const azure = permissions(({ url }) => ({
    status: 200,
    body:
      url.pathname === "/next"
        ? { value: [{ actions: ["*/read"] }] }
        : {
            value: [{ actions: ["*"], notActions: ["*/delete"], dataActions: [] }],
            nextLink: next,
          },
  }));
  expect(await azure.over(GROUP)).toEqual([
    { actions: ["*"], notActions: ["*/delete"] },
    { actions: ["*/read"], notActions: [] },
  ]);
  expect(azure.sent.map(({ method, url }) => `${method} ${url.href}`)).toEqual([
    `GET https://arm.test/subscriptions/${SUBSCRIPTION}/resourceGroups/my%20(group)/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`,
    `GET ${next}`,
  ]);
});

test("a refusal is a fault in Azure's words", async () => {
  const refusal = { error: { code: "AuthorizationFailed", message: "no" } };
  const azure = permissions(() => ({ status: 403, body: refusal }));
  await expect(azure.over(GROUP)).rejects.toMatchObject({
    fault: { code: "AuthorizationFailed", status: 403, advice: "operator" },
  });
});

test("a next page on another host is never asked for: the token would go with it", async () => {
  const azure = permissions(() => ({ status: 200, body: { nextLink: "https://evil.test/" } }));
  await expect(azure.over(GROUP)).rejects.toThrow("isn't on arm.test");
  expect(azure.sent).toHaveLength(1);
});
