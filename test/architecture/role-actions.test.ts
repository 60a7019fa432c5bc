import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { appRights, samplePlaces, type Right } from "../../tools/roles/app-rights";
import { readRoles } from "../../tools/roles/role-files";
import { withAppRights } from "../../tools/roles/world-block";
import { PublishWorld } from "../../bench/publish-world";
import { worldFile } from "../../tools/chaos/plan/world";
import { IDENTITIES } from "../matrix/stage/world";
import { readText, ROOT } from "./repository";

interface Identity {
  name: string;
  managedIdentity?: string;
  rights: Right[];
}
interface World {
  identities?: Identity[];
  behaviour?: Record<string, unknown>;
}

const roles = readRoles(ROOT);
const WORLDS = readdirSync(join(ROOT, "samples")).filter((name) => /^world.*\.yaml$/.test(name));
const appOf = ({ identities = [] }: World): Identity | undefined =>
  identities.find(({ managedIdentity }) => managedIdentity !== undefined);
/** `action at scope` of each right, so that a difference names what is missing or too much. */
const granted = (rights: readonly Right[]): string[] =>
  rights.flatMap(({ scope, actions }) => actions.map((action) => `${action} at ${scope}`)).sort();
/** The same, wherever it is granted. */
const actionsOf = (rights: readonly Right[]): string[] =>
  [...new Set(rights.flatMap(({ actions }) => actions))].sort();
const ofRoles = actionsOf(
  Object.values(roles).map(({ actions }) => ({
    scope: "/",
    actions: actions.map(({ action }) => action),
  })),
);

test.each(WORLDS)("in samples/%s the app has exactly the roles of infra", (name) => {
  const text = readText(`samples/${name}`);
  const world = parse(text) as World;
  expect(granted(appOf(world)?.rights ?? [])).toEqual(granted(appRights(roles, samplePlaces())));
  expect(world.behaviour).toMatchObject({ pollRights: "checked" });
  // npm run infra:roles
  expect(withAppRights(text, roles)).toBe(text);
});

test.each<[string, World]>([
  ["chaos", worldFile(roles)],
  ["the benchmark", JSON.parse(new PublishWorld(ROOT, 2).worldFile()) as World],
])("in the world of %s, too", (_what, world) => {
  expect(actionsOf(appOf(world)?.rights ?? [])).toEqual(ofRoles);
  expect(world.behaviour).toMatchObject({ pollRights: "checked" });
});

test("the fault matrix runs with the actions of infra's roles and no others", () => {
  expect(actionsOf(IDENTITIES.app["rights"] as Right[])).toEqual(ofRoles);
});

test("a role's action that a world lacks, or has beside them, is told", () => {
  const [first, ...rest] = appRights(roles, samplePlaces());
  const { scope = "", actions = [] } = first ?? {};
  const less = [{ scope, actions: actions.slice(1) }, ...rest];
  const more = [{ scope, actions: [...actions, "Microsoft.Compute/galleries/write"] }, ...rest];
  for (const rights of [less, more])
    expect(granted(rights)).not.toEqual(granted(appRights(roles, samplePlaces())));
});
