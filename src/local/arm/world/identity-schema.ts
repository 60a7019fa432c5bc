import * as z from "zod";
import { guidSchema } from "./guid-schema";
import { scopeSchema } from "./scope-schema";

const name = z.string().min(1);
/** `Microsoft.Compute/galleries/read`, `Microsoft.Compute/*`, `*`. */
const action = z
  .string()
  .regex(/^(\*|[\w.*]+(\/[\w.*]+)+)$/, 'must be an action such as "Microsoft.Compute/*/read"');

/** A role assignment: the actions of a role, over a scope and all that lies in it. */
const rightEntry = z.strictObject({
  scope: scopeSchema.default("/"),
  actions: z.array(action).min(1),
  notActions: z.array(action).default([]),
});

/** One entry of `identities:`: a service principal of Microsoft Entra. */
export const identityEntry = z.strictObject({
  name,
  /** Its client id. */
  appId: guidSchema,
  /** Object id of the service principal. */
  objectId: guidSchema,
  /** The first subscription's when absent. */
  tenantId: guidSchema.optional(),
  /** The managed identity endpoint gives tokens for it. */
  managedIdentity: z.enum(["systemAssigned", "userAssigned"]).optional(),
  /** With one it can log in by client credentials. */
  secret: name.optional(),
  rights: z.array(rightEntry).default([]),
});

export type IdentityEntry = z.infer<typeof identityEntry>;
export type Right = z.infer<typeof rightEntry>;

/**
 * Who there is in a world that names nobody: the function app, and a person's program with a
 * secret. Both may do everything, so that rights are only in the way where somebody asks for them.
 */
export const DEFAULT_IDENTITIES: IdentityEntry[] = [
  {
    name: "function-app",
    appId: "33333333-3333-3333-3333-333333333333",
    objectId: "22222222-2222-2222-2222-222222222222",
    managedIdentity: "systemAssigned",
    rights: [{ scope: "/", actions: ["*"], notActions: [] }],
  },
  {
    name: "developer",
    appId: "55555555-5555-5555-5555-555555555555",
    objectId: "44444444-4444-4444-4444-444444444444",
    secret: "local-stack",
    rights: [{ scope: "/", actions: ["*"], notActions: [] }],
  },
];
