import { isGranted, type Permission } from "../../../../src/domain/preflight/permissions";

const WRITE = "Microsoft.Compute/galleries/images/versions/write";
const role = (actions: string[], notActions: string[] = []): Permission => ({
  actions,
  notActions,
});

test.each<[string, Permission[], boolean]>([
  ["the action itself", [role([WRITE])], true],
  ["the action in another case", [role([WRITE.toUpperCase()])], true],
  ["everything", [role(["*"])], true],
  ["a provider's everything", [role(["Microsoft.Compute/*"])], true],
  ["a wildcard in the middle", [role(["Microsoft.Compute/galleries/*/write"])], true],
  ["a wildcard of all providers", [role(["*/write"])], true],
  ["no role at all", [], false],
  ["another action", [role(["Microsoft.Compute/galleries/images/versions/read"])], false],
  ["the beginning of the action", [role(["Microsoft.Compute/galleries/images/versions"])], false],
  ["a longer action", [role([`${WRITE}/more`])], false],
  ["a dot that stands for itself", [role([WRITE.replace(".", "x")])], false],
  ["an exception", [role(["*"], ["Microsoft.Compute/galleries/*"])], false],
  ["an exception of something else", [role(["*"], ["Microsoft.Compute/*/delete"])], true],
  ["an exception in another case", [role(["*"], [WRITE.toLowerCase()])], false],
  [
    "one role's exception that another role doesn't make",
    [role(["*"], ["*"]), role([WRITE])],
    true,
  ],
  ["two roles of which neither has it", [role(["*/read"]), role(["*"], ["*/write"])], false],
])("%s", (_title, permissions, granted) => {
  expect(isGranted(permissions, WRITE)).toBe(granted);
});
