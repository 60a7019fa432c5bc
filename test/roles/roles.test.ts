import { readText, unformatted } from "../architecture/repository";
import { rolesDocument } from "./document";
import { NEEDS } from "./needs";
import { BEYOND } from "./rows/beyond";
import type { Scenario } from "./support/need";
import { rightsWithout, roles, SUBSCRIPTION_SCOPE } from "./support/places";
import { play, type Played } from "./support/play";

const TELLS_RIGHTS = {
  role: "reader",
  action: "Microsoft.Authorization/permissions/read",
} as const;

/** Each scenario is played once with all actions, however many it shows the need of. */
const whole = new Map<Scenario, Promise<Played>>();
function withAll(scenario: Scenario): Promise<Played> {
  const played = whole.get(scenario) ?? play(scenario, rightsWithout());
  whole.set(scenario, played);
  return played;
}

const names = (words: string, action: string): boolean =>
  words.toLowerCase().includes(action.toLowerCase());

describe("every action of every role", () => {
  it.each(NEEDS.map((need) => ({ ...need, title: need.scenario.title, ends: need.scenario.ends })))(
    "$action of the $role: $title ends $ends, and without it: $without",
    async ({ scenario, without, untold, ...need }) => {
      expect(await withAll(scenario)).toMatchObject({ outcome: scenario.ends, refused: [] });
      const lacking = await play(scenario, rightsWithout(need));
      expect(lacking.outcome).toBe(without);
      expect(without).not.toBe(scenario.ends);
      expect(names(lacking.words, need.action)).toBe(true);
      if (untold === undefined) return;
      const refused = await play(scenario, rightsWithout(need, TELLS_RIGHTS));
      expect(refused.outcome).toBe(untold);
      expect(names(refused.words, need.action)).toBe(true);
    },
  );

  it("is needed by something, and nothing else is", () => {
    const inRoles = Object.entries(roles).flatMap(([role, { actions }]) =>
      actions.map(({ action }) => `${role}: ${action}`),
    );
    expect(NEEDS.map(({ role, action }) => `${role}: ${action}`).sort()).toEqual(inRoles.sort());
  });
});

describe("a call that no role allows", () => {
  it.each(BEYOND.map((one) => ({ ...one, title: one.scenario.title })))(
    "$call: $title ends $refused",
    async ({ scenario, action, refused }) => {
      const lacking = await play(scenario, rightsWithout());
      expect(lacking.outcome).toBe(refused);
      expect(names(lacking.words, action)).toBe(true);
      const more = [...rightsWithout(), { scope: SUBSCRIPTION_SCOPE, actions: [action] }];
      expect(await play(scenario, more)).toMatchObject({ outcome: scenario.ends, refused: [] });
    },
  );
});

test("docs/roles.md says the same (npm run roles:docs writes it)", () => {
  expect(unformatted(readText("docs/roles.md")).trim()).toBe(unformatted(rolesDocument()));
});
