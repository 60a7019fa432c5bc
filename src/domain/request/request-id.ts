import { isPlain } from "../plain-text";

/** A request's id stands in rows, links, logs and commands. */
export const MAX_REQUEST_ID_CHARACTERS = 200;

/** True for a text that can be a request's id, whoever gives it: the request, a header, a message. */
export const isRequestId = (text: string): boolean =>
  text !== "" && text.length <= MAX_REQUEST_ID_CHARACTERS && isPlain(text);
