/**
 * What polling an operation answers. The specification leaves it out; this is what recorded traffic
 * holds.
 */
export const OPERATION_STATUS = {
  $id: "OperationStatus",
  type: "object",
  properties: {
    startTime: { type: "string", format: "date-time" },
    endTime: { type: "string", format: "date-time" },
    status: { enum: ["InProgress", "Succeeded", "Failed", "Canceled"] },
    name: { type: "string" },
    error: {
      type: "object",
      properties: { code: { type: "string" }, message: { type: "string" } },
      required: ["code", "message"],
      additionalProperties: false,
    },
    properties: {
      type: "object",
      properties: { output: { type: "object" } },
      additionalProperties: false,
    },
  },
  required: ["startTime", "status", "name"],
  additionalProperties: false,
  /** An end has its time, a failure its error, and nothing else has either. */
  allOf: [
    {
      if: { properties: { status: { const: "InProgress" } } },
      then: { properties: { endTime: false, error: false } },
      else: { required: ["endTime"] },
    },
    {
      if: { properties: { status: { const: "Failed" } } },
      then: { required: ["error"] },
      else: { properties: { error: false } },
    },
  ],
} as const;

/** Whether a path is one that operations are polled at. */
export const isOperationPath = (path: string): boolean =>
  /\/providers\/microsoft\.compute\/locations\/[^/]+\/(caps|disk)?operations\/[^/]+$/i.test(path);
