import { problem, warning, type Problem } from "../problem";
import { isEncrypted, type PublishRequest } from "../request/publish-request";
import type { Findings } from "./findings";
import type { DefinitionFacts, GalleryFacts } from "./source-facts";

/** States in which nothing can be written into a gallery or a definition, now or for good. */
const CLOSED: readonly string[] = ["creating", "deleting"];

/**
 * Whether gallery and definition take the version. One that is Failed or Updating is still
 * there, and Azure may take the write: that is only said.
 */
export function checkTarget(target: {
  request: PublishRequest;
  gallery: GalleryFacts | undefined;
  definition: DefinitionFacts | undefined;
}): Findings {
  const { request, gallery, definition } = target;
  const findings: Findings = { problems: [], remarks: [] };
  // Documented: galleries that are shared directly can't hold encrypted versions.
  if (gallery?.sharing.toLowerCase() === "groups" && isEncrypted(request))
    findings.problems.push(
      problem(
        "$.image",
        "GallerySharedDirectly",
        "the gallery is shared directly with subscriptions or tenants, and such a gallery can't hold image versions that are encrypted with customer-managed keys",
        "use a gallery that is private, or stop sharing this one",
      ),
    );
  const notReady = [
    ...stateProblem("GalleryNotReady", "gallery", gallery?.provisioningState),
    ...stateProblem("ImageDefinitionNotReady", "image definition", definition?.provisioningState),
  ];
  for (const { state, found } of notReady)
    if (CLOSED.includes(state.toLowerCase())) findings.problems.push(found);
    else findings.remarks.push(warning(found));
  return findings;
}

function stateProblem(
  code: "GalleryNotReady" | "ImageDefinitionNotReady",
  what: string,
  state = "Succeeded",
): { state: string; found: Problem }[] {
  if (state.toLowerCase() === "succeeded" || state === "") return [];
  const found = problem(
    "$.image",
    code,
    `the ${what} is in the state ${state}`,
    `wait until the ${what} is Succeeded, or repair it`,
  );
  return [{ state, found }];
}
