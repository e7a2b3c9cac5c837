// The calls for runs: docs/cameo-api.md, "Runs".
import { getJson, sendJson } from './api.ts';

export interface Run {
    readonly id: string;
    readonly name: string;
    readonly startedDateTime: string;
    readonly startedBy: string | null;
    readonly photos: number;
    readonly undoneDateTime: string | null;
}

export interface Undone {
    readonly restored: number;
    readonly removed: number;
    readonly kept: number;
}

export const readRuns = async (signal?: AbortSignal): Promise<readonly Run[]> =>
    (await getJson<{ value: Run[] }>('cameo/v1/runs', signal)).value;

export const startRun = (name: string): Promise<Run> => sendJson('POST', 'cameo/v1/runs', { name });

export const undoRun = (id: string): Promise<Undone> => sendJson('POST', `cameo/v1/runs/${encodeURIComponent(id)}/undo`, {});
