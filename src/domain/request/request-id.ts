import { isPlain } from "../plain-text";

/** A request's id stands in rows, links, logs and commands. */
export const MAX_REQUEST_ID_CHARACTERS = 200;

/** True for a text that can be a request's id, whoever gives it: the request, a header, a message. */
export const isRequestId = (text: string): boolean =>
  text !== "" && text.length <= MAX_REQUEST_ID_CHARACTERS && isPlain(text);

/**
 * Property of a message with the id of its request, which beats the MessageId. A dead letter is sent back under a new
 * MessageId, because the queue drops one that it has seen, and stays the same request by this. The worker writes
 * names of properties with a small first letter, so it has one.
 */
export const REQUEST_ID_PROPERTY = "publishRequestId";
