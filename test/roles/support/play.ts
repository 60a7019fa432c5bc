import type { LoggedRequest } from "../../../src/local/arm/request-log";
import { Stage } from "../../matrix/stage/stage";
import type { Right } from "../../../tools/roles/app-rights";
import { SUBSCRIPTION } from "../../support/request-factory";
import type { Scenario } from "./need";
import { BUILDS, SOURCES } from "./places";
import { PLAYERS } from "./players";
import type { Told } from "./told";

/** A scenario's end, and the calls in which Azure refused the app a right. */
export type Played = Told & { refused: string[] };

/** Plays a scenario in a world of its own, in which the app may do this and nothing else. */
export async function play(scenario: Scenario, rights: readonly Right[]): Promise<Played> {
  const { world = {}, request = {}, faults = [], strikes = [], rules = {} } = scenario;
  const resourceGroups = [SOURCES, BUILDS].map((name) => ({
    ...{ name, location: "westus", subscription: SUBSCRIPTION },
  }));
  const point = { key: "plan" as const, request: {}, faults };
  const script = { point, strikes, request, world: { resourceGroups, ...world } };
  const stage = await Stage.set(script, { rights, rules });
  try {
    const told = await PLAYERS[scenario.does](stage);
    const { requests } = (await stage.arm.control("GET", "/requests")) as {
      requests: LoggedRequest[];
    };
    const refused = requests.filter(({ status }) => status === 403);
    return { ...told, refused: refused.map(({ method, path }) => `${method} ${path}`) };
  } finally {
    await stage.close();
  }
}
