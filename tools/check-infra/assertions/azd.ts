import { at } from "../evidence";
import type { Assertion } from "./assertion";

/** Whatever calls azd, what is deployed has just been built. */
const BUILT = {
  "posix.run": "npm run build",
  "posix.shell": "sh",
  "windows.run": "npm run build",
  "windows.shell": "pwsh",
};

/**
 * What azd is to deploy, and how: it takes a wrong word or none in silence, or tells it when everything else is
 * deployed already. `remoteBuild` would install packages in Azure that the bundle already has in it.
 */
const WANTED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  infra: { provider: "bicep", path: "infra", module: "main" },
  "services.publisher": {
    project: "dist/azure",
    language: "js",
    host: "function",
    remoteBuild: false,
  },
  "hooks.prepackage": BUILT,
  "hooks.predeploy": BUILT,
};

/** `azd up` deploys these templates, and the package that the build writes. */
export const azd: Assertion = {
  name: "azd deploys infra and the package",
  check: ({ repository }) =>
    Object.entries(WANTED).flatMap(([part, members]) =>
      Object.entries(members)
        .map(([member, wanted]) => ({ path: `${part}.${member}`, wanted }))
        .filter(({ path, wanted }) => at(repository.azd, path) !== wanted)
        .map(
          ({ path, wanted }) =>
            `azure.yaml has ${path} ${String(at(repository.azd, path))}, not ${String(wanted)}`,
        ),
    ),
};
