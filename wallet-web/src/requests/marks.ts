// What this browser has done about a request, kept so that neither a crash nor a second press makes a second signature.

import { all, find, put, remove } from "../server/database";
import type { Answer, Answered, Origin } from "../server";
import type { OpenRequest } from "./open";

/** What is needed of a request to bring its answer to the end, when it cannot be opened any more. */
export interface About {
  uuid: string;
  origin: Origin;
  isSubmitted: boolean;
  isPseudo: boolean;
  type: string;
  app: string;
}

/** Who signed what. */
export interface SignedAs {
  account: string;
  /** Rail key. */
  network: string;
  txid: string | null;
  lastLedger: number | null;
}

/**
 * `handing_in`: signed, or declined, and not known to have arrived: the same answer goes out again. `settled`: the
 * server took it; with `blob` the transaction has not been handed to a node yet.
 */
export type Mark = { device: string; at: number; about: About; signed: SignedAs | null } & (
  | { state: "handing_in"; answer: Answer }
  | { state: "settled"; answered: Answered; blob: string | null }
);
export type Settled = Extract<Mark, { state: "settled" }>;

const KEPT_FOR_MS = 7 * 24 * 3600 * 1000;

export const aboutOf = ({ uuid, origin, isSubmitted, isPseudo, view }: OpenRequest): About => ({
  uuid,
  origin,
  isSubmitted,
  isPseudo,
  type: view.payload.tx_type,
  app: view.application.name,
});

export async function findMark(device: string, uuid: string): Promise<Mark | null> {
  const mark = await find<Mark>("answers", uuid);
  // Of a pairing that is over nothing counts any more.
  return mark?.device === device ? mark : null;
}

/** Durable before whatever it is about happens. */
export const setMark = (mark: Mark): Promise<void> => put("answers", mark.about.uuid, mark);
export const removeMark = (uuid: string): Promise<void> => remove("answers", uuid);

/** Answers of this device that did not come to their end; those that did are forgotten after a week. */
export async function unfinishedMarks(device: string): Promise<Mark[]> {
  const marks = await all<Mark>("answers");
  const isOver = (mark: Mark): boolean => mark.state === "settled" && mark.blob === null;
  for (const mark of marks) {
    if (mark.device !== device || (isOver(mark) && mark.at < Date.now() - KEPT_FOR_MS)) await removeMark(mark.about.uuid);
  }
  return marks.filter((mark) => mark.device === device && !isOver(mark));
}
