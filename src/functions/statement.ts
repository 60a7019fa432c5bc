import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import * as z from "zod";
import { isPlain } from "../domain/plain-text";
import type { Problem } from "../domain/problem";
import { issues } from "../domain/request/structure";
import { readJsonBody } from "./http-body";
import { problemResponse } from "./problem-response";

/** Lines that a person wrote may be broken; nothing else that doesn't print is kept. */
const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((value) => isPlain(value.replaceAll(/\r?\n|\t/g, " ")), "a character doesn't print");

const statement = z.strictObject({ who: text(200), why: text(2000) });

/** Who steers, and why: kept with the run or the failure, so both are asked for. */
export type Statement = z.infer<typeof statement>;

/** The statement in a request's body, or the answer that asks for one. */
export async function readStatement(
  request: HttpRequest,
): Promise<{ said: Statement } | { refused: HttpResponseInit }> {
  const body = await readJsonBody(request);
  if ("refused" in body) return body;
  const read = statement.safeParse(body.json);
  if (read.success) return { said: read.data };
  return {
    refused: problemResponse(
      400,
      "Who, and why?",
      'the body is {"who": "…", "why": "…"}, up to 200 and 2,000 characters that print; both are kept',
      { problems: mistakes(read.error.issues, body.json) },
    ),
  };
}

/** The same words as of requests, pointing to the right document. */
const mistakes = (found: z.core.$ZodIssue[], json: unknown): Problem[] =>
  issues(found, [], json).map((one) => ({
    ...one,
    action: one.action.replace("request.md", "http-api.md"),
  }));
