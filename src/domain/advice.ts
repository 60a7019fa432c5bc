/** What trouble with Azure calls for; `azure/error-table` gives it. */
export type Advice = "permanent" | "transient" | "waitForOperation" | "repeat" | "operator";
