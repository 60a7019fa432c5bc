import {
  buildStep,
  runBefore,
  type Build,
  type TemplateRun,
} from "../../src/domain/schedule/build";
import type { Schedule } from "../../src/domain/schedule/schedule";
import { SUBSCRIPTION } from "../support/request-factory";
import { Preflight } from "./support/dry-run";
import type { World } from "./support/row";

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/builds`;
const idOf = (name: string): string =>
  `${GROUP}/providers/Microsoft.VirtualMachineImages/imageTemplates/${name}`;
const template = (name: string, change: object = {}) => ({
  ...{ name, resourceGroup: "builds", location: "westus", buildSeconds: 600 },
  makes: { name, osDisk: { sizeGb: 30 } },
  ...change,
});
const rights = (...actions: string[]) => [{ scope: `/subscriptions/${SUBSCRIPTION}`, actions }];
const MAY_RUN = [
  "Microsoft.VirtualMachineImages/imageTemplates/read",
  "Microsoft.VirtualMachineImages/imageTemplates/run/action",
];
const WORLD: World = {
  identities: [
    {
      ...{ name: "builder", appId: "99999999-9999-9999-9999-999999999981" },
      ...{ objectId: "99999999-9999-9999-9999-999999999982", rights: rights(...MAY_RUN) },
    },
    {
      ...{ name: "looker", appId: "99999999-9999-9999-9999-999999999983" },
      ...{ objectId: "99999999-9999-9999-9999-999999999984", rights: rights(MAY_RUN[0] ?? "") },
    },
    {
      ...{ name: "stranger", appId: "99999999-9999-9999-9999-999999999985" },
      ...{ objectId: "99999999-9999-9999-9999-999999999986", rights: rights(MAY_RUN[1] ?? "") },
    },
  ],
  resourceGroups: [{ name: "builds", location: "westus" }],
  imageTemplates: [template("golden"), template("broken", { fails: "exit code 1" })],
};

describe("an image template, as Resource Manager runs it", () => {
  let preflight: Preflight;
  beforeAll(async () => (preflight = await Preflight.start([WORLD])));
  afterAll(() => preflight.stop());

  const as = (caller = "builder") => preflight.azureAs(caller).templates;
  const newest = () =>
    preflight.azure.finding.find({
      image: {
        subscriptionId: SUBSCRIPTION,
        resourceGroup: "builds",
        gallery: "G",
        definition: "D",
      },
      source: {
        ...{ by: "namePrefix", kind: "managedImage", prefix: "golden" },
        ...{ subscriptionId: SUBSCRIPTION, resourceGroup: "builds" },
      },
    } as Schedule);
  async function lastRun(name: string): Promise<TemplateRun> {
    const answer = await as().lastRun(idOf(name));
    if (answer.kind !== "run") throw new Error(`${answer.kind} instead of a run`);
    return answer.run;
  }
  /** What a tick would do next. */
  const next = async (name: string, build: Build): Promise<string> =>
    buildStep(build, await lastRun(name), new Date()).kind;
  const wanted = async (name: string): Promise<Build> => {
    const now = new Date().toISOString();
    return { occurrence: now, since: now, ...runBefore(await lastRun(name)) };
  };

  it("is started once, waited for, and its image is found when it is done, not before", async () => {
    const build = await wanted("golden");
    expect(await next("golden", build)).toBe("start");
    expect(await as().run(idOf("golden"))).toEqual({ kind: "started" });
    expect(await next("golden", build)).toBe("wait");
    expect(await as().run(idOf("golden"))).toEqual({ kind: "started" });
    expect(await newest()).toMatchObject({ problem: { code: "SourceNotFound" } });
    await preflight.arm.pass(601);
    expect(await next("golden", build)).toBe("done");
    expect(await newest()).toMatchObject({
      source: { managedImage: `${GROUP}/providers/Microsoft.Compute/images/golden-1` },
    });
    const again = await wanted("golden");
    expect(await next("golden", again)).toBe("start");
    await as().run(idOf("golden"));
    await preflight.arm.pass(601);
    expect(await newest()).toMatchObject({
      source: { managedImage: expect.stringMatching(/golden-2$/) as string },
    });
  });

  it("that fails says why", async () => {
    const build = await wanted("broken");
    await as().run(idOf("broken"));
    await preflight.arm.pass(601);
    expect(buildStep(build, await lastRun("broken"), new Date())).toEqual({
      ...{ kind: "failed", why: "the image template's run ended Failed: exit code 1" },
    });
  });

  it("that isn't there, or may not be read or run, is told: which, and what to do", async () => {
    expect(await as().lastRun(idOf("none"))).toMatchObject({
      kind: "finding",
      problem: { code: "ImageTemplateNotFound", message: expect.stringContaining(idOf("none")) },
    });
    expect(await as().run(idOf("none"))).toMatchObject({
      problem: { code: "ImageTemplateNotFound" },
    });
    const told = (action: string) => ({
      kind: "finding",
      problem: {
        path: "$.imageTemplate",
        code: "AuthorizationFailed",
        message: expect.stringMatching(`^${idOf("golden")}: .*imageTemplates/${action}`),
        action: expect.stringContaining("Gallery Publisher Builder"),
      },
    });
    expect(await as("looker").run(idOf("golden"))).toMatchObject(told("run/action"));
    expect(await as("stranger").lastRun(idOf("golden"))).toMatchObject(told("read"));
  });
});
