import { ROLES } from "../../tools/roles/role-files";
import { NEEDS } from "./needs";
import { BEYOND } from "./rows/beyond";
import type { Need } from "./support/need";
import { roles } from "./support/places";

const line = (cells: string[]): string => `| ${cells.join(" | ")} |`;
const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows].map(line).join("\n");

const HEAD = ["action", "call that needs it", "test", "ends", "without the action"];

function row({ role, action, scenario, without, untold }: Need): string[] {
  const call = roles[role].actions.find((one) => one.action === action)?.call ?? "";
  const both =
    untold === undefined ? without : `${without}; and where rights aren't told: ${untold}`;
  return [`\`${action}\``, call, scenario.title, scenario.ends, both];
}

const section = (role: (typeof ROLES)[number]): string[] => [
  `## ${roles[role].name}`,
  `In ${roles[role].scope}.`,
  table(HEAD, NEEDS.filter((need) => need.role === role).map(row)),
];

/** The document of the roles' actions, before it is formatted. */
export function rolesDocument(): string {
  return [
    "# What each action of the roles is needed for",
    "Written by `npm run roles:docs` from `test/roles` and `infra/modules/roles`; `npm run roles` runs every row, and fails when this page is out of date. One action alone: `npm run roles -- -t Microsoft.Compute/skus/read`.",
    "Each row is played in a world of its own: the product's own clients and orchestrators against the local Resource Manager on the wire, with exactly the actions of all roles where [infra](../infra/README.md#roles) assigns them, and again without the one action. " +
      "With all of them Azure refuses no call; without it the outcome is another one, and what is said names the action. " +
      "Most rights are asked for before the first write. Where a second outcome is given, the app isn't told its rights either (`PermissionsNotChecked`), and the call itself is refused: that is why the role has the action, and not because the app asks for it.",
    "That the roles suffice is shown by everything else that runs locally: in the sample worlds, the fault matrix, chaos and the benchmark the app has these roles, and polls need a right.",
    ...ROLES.flatMap(section),
    "## Calls that no role allows",
    "Azure's published list has no action for these, and a role with an unknown one is refused; `additionalReaderActions` gives it once it is known. The action's name here is assumed.",
    table(
      ["action", "call", "test", "ends with it", "with the roles as they are"],
      BEYOND.map(({ action, call, scenario, refused }) => [
        `\`${action}\``,
        call,
        scenario.title,
        scenario.ends,
        refused,
      ]),
    ),
  ].join("\n\n");
}
