import type { Looked } from "../../../../src/activities/checks/check";
import { checkVerification } from "../../../../src/activities/checks/check-verification";
import type { Permission } from "../../../../src/domain/preflight/permissions";
import { armFault } from "../../../support/fake-azure";
import { parse, managedImageExample, SUBSCRIPTION } from "../../../support/request-factory";

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/Verifications`;
const DISKS = "Microsoft.Compute/disks";

/** What is found, and which scopes were asked. */
async function check(held: () => Permission[], { verify = "disk", isConfigured = true } = {}) {
  const raw = managedImageExample({ rollout: { verify } });
  const parsed = parse(raw, { verificationGroup: "Verifications" });
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
  const asked: string[] = [];
  const permissions = {
    over: async (scope: string) => {
      asked.push(scope);
      return held();
    },
  };
  const looked = { request: parsed.request } as Looked;
  const group = isConfigured ? "Verifications" : undefined;
  const { problems, remarks } = await checkVerification(permissions, group)(looked);
  const told = [...problems, ...remarks].map(
    ({ path, code, message }) => `${path} ${code} ${message}`,
  );
  return { asked, told };
}

const may = (...actions: string[]) => [{ actions, notActions: [] }];

test("who may make, read and delete disks in the group is asked once, and nothing is said", async () => {
  expect(await check(() => may(`${DISKS}/*`))).toEqual({ asked: [GROUP], told: [] });
});

test("each right that is missing is told, with the group", async () => {
  const { told } = await check(() => may(`${DISKS}/read`));
  expect(told).toEqual(
    ["write", "delete"].map(
      (verb) =>
        `$.rollout.verify MissingPermission the app's identity may not do ${DISKS}/${verb} on ${GROUP}`,
    ),
  );
});

test("a group that isn't there is told before anything is written", async () => {
  const gone = () => {
    throw armFault({ status: 404, code: "ResourceGroupNotFound" });
  };
  expect((await check(gone)).told).toEqual([
    `$.rollout.verify VerificationGroupNotFound ${GROUP}, which disks of a verification are made in, isn't there`,
  ]);
});

test("rights that Azure doesn't show couldn't be checked, which is said", async () => {
  const refused = () => {
    throw armFault({ status: 403, code: "AuthorizationFailed" });
  };
  expect((await check(refused)).told).toEqual([
    expect.stringMatching(/^\$\.rollout\.verify PermissionsNotChecked .*AuthorizationFailed/),
  ]);
});

test.each([
  ["a request without a verification", { verify: "none" }],
  ["a configuration without a group", { isConfigured: false }],
])("%s asks for nothing", async (_what, options) => {
  expect(await check(() => [], options)).toEqual({ asked: [], told: [] });
});
