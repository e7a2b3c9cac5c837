// One set of files, from the choice to the report. It outlives the view, so that another view can be opened meanwhile.
import { checkPicture, type Verdict } from './bulk_check.ts';
import type { Source } from './bulk_files.ts';
import { matchFiles, type Match, type Owner } from './bulk_match.ts';
import { Uploads, type Outcome, type Task } from './bulk_upload.ts';
import { csvOf } from './csv.ts';
import { messageOf } from './errors.ts';
import { forgetPeople } from './people_list.ts';
import { startRun, type Run } from './runs.ts';
import { session } from './session.ts';
import { t, type Key } from './text.ts';

export interface Item {
    readonly path: string;
    readonly file: File;
    match: Match | undefined;
    verdict: Verdict | undefined;
    task: Task | undefined;
}

/** What a row of the table says, and what its filters are. */
export const kinds = ['checking', 'ready', 'unmatched', 'ambiguous', 'duplicate', 'refused', 'stored', 'unchanged'] as const;
export type Kind = (typeof kinds)[number];

const checksAtOnce = 3;

export class Job {
    readonly items: readonly Item[];
    pattern = 'upn';
    run: Run | undefined;
    uploads: Uploads | undefined;
    /** Why matching, checking or starting failed; retry() goes on. */
    failure: string | undefined;
    starting = false;
    #abort = new AbortController();
    #matching = new AbortController();
    #listeners = new Set<() => void>();
    #told = false;

    constructor(readonly source: Source) {
        this.items = source.files.map(({ path, file }) => ({ path, file, match: undefined, verdict: undefined, task: undefined }));
        this.retry();
    }

    /** Matches by another property or pattern. */
    matchBy(pattern: string): void {
        this.pattern = pattern;
        for (const item of this.items) item.match = undefined;
        void this.#match();
    }

    /** Begins, or goes on with, what is missing of the preview. */
    retry(): void {
        this.failure = undefined;
        if (this.items.some(({ match }) => !match)) void this.#match();
        void this.#check();
    }

    /** Whether every file has been matched and checked. */
    get checked(): boolean {
        return this.items.every(({ match, verdict }) => match && verdict);
    }

    get busy(): boolean {
        return this.uploads !== undefined && this.uploads.state !== 'done' && this.uploads.state !== 'cancelled';
    }

    get finished(): boolean {
        return this.uploads !== undefined && !this.busy;
    }

    /** Stores every picture that is ready, as one run. */
    async start(name: string): Promise<void> {
        if (this.uploads || this.starting) return;
        this.starting = true;
        this.failure = undefined;
        this.tell();
        try {
            this.run = await startRun(name);
            this.#upload(this.items.filter((item) => kindOf(item) === 'ready'));
        } catch (error) {
            this.failure = messageOf(error);
        }
        this.starting = false;
        this.tell();
    }

    close(): void {
        this.#abort.abort();
        this.#matching.abort();
        if (this.busy) this.uploads!.cancel();
    }

    listen(listener: () => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** Listeners are called at most once a frame. */
    readonly tell = (): void => {
        if (this.#told) return;
        this.#told = true;
        setTimeout(() => {
            this.#told = false;
            for (const listener of this.#listeners) listener();
        }, 50);
    };

    #upload(ready: readonly Item[]): void {
        const tasks = ready.map((item) => {
            const size = item.verdict as Task['size'];
            return (item.task = { file: item.file, owner: item.match!.owner!, size, outcome: undefined });
        });
        this.uploads = new Uploads(this.run!.id, tasks, this.tell);
        addEventListener('beforeunload', warn);
        void this.uploads.work().finally(() => {
            removeEventListener('beforeunload', warn);
            forgetPeople();
            this.tell();
        });
    }

    async #match(): Promise<void> {
        this.#matching.abort();
        const { signal } = (this.#matching = new AbortController());
        this.tell();
        try {
            const matches = await matchFiles(this.items, this.pattern, signal);
            if (signal.aborted) return;
            this.items.forEach((item, i) => (item.match = matches[i]));
            this.failure = undefined;
        } catch (error) {
            if (!signal.aborted) this.failure = messageOf(error);
        }
        this.tell();
    }

    async #check(): Promise<void> {
        const { signal } = this.#abort;
        const open = this.items.filter(({ verdict }) => !verdict).values();
        const worker = async (): Promise<void> => {
            for (const item of open) {
                if (signal.aborted || this.failure) return;
                item.verdict = await checkPicture(item.file, signal);
                this.tell();
            }
        };
        await Promise.all(Array.from({ length: checksAtOnce }, worker)).catch((error: unknown) => {
            if (!signal.aborted) this.failure = messageOf(error);
        });
        this.tell();
    }
}

function warn(event: BeforeUnloadEvent): void {
    event.preventDefault();
}

export function kindOf({ match, verdict, task }: Item): Kind {
    if (task?.outcome) return task.outcome.kind;
    if (match && match.state !== 'matched') return match.state;
    if (verdict && !verdict.good) return 'refused';
    return match && verdict ? 'ready' : 'checking';
}

/** How many files there are of each kind. */
export function countKinds(items: readonly Item[]): ReadonlyMap<Kind, number> {
    const counts = new Map<Kind, number>();
    for (const item of items) counts.set(kindOf(item), (counts.get(kindOf(item)) ?? 0) + 1);
    return counts;
}

const details: { readonly [kind in Kind]: Key | undefined } = {
    checking: undefined, ready: undefined, stored: undefined, unchanged: 'bulk.unchangedWhy', refused: undefined,
    unmatched: 'bulk.unmatchedWhy', ambiguous: 'bulk.ambiguousWhy', duplicate: 'bulk.duplicateWhy',
};

/** The reasons of a row's kind, in sentences; empty where the kind says all. */
export function detailOf(item: Item): string {
    const outcome: Outcome | undefined = item.task?.outcome;
    const key = details[kindOf(item)];
    const reasons = [
        key && t(key),
        outcome?.kind === 'refused' && outcome.reason,
        item.verdict?.good === false && item.verdict.reason,
    ];
    return reasons.filter(Boolean).join(' ');
}

export const ownerName = ({ displayName, userPrincipalName }: Owner): string => displayName || userPrincipalName;

export function reportOf(items: readonly Item[]): Blob {
    const rows = items.map((item) => {
        const owner = item.match?.owner;
        const kind = kindOf(item);
        const left = kind === 'ready' || kind === 'checking'; // the run was cancelled before
        return [left ? 'not stored' : kind, item.path, owner?.userPrincipalName ?? '', owner?.displayName ?? '', detailOf(item)];
    });
    return csvOf([['outcome', 'file', 'userPrincipalName', 'displayName', 'detail'], ...rows]);
}

// ---- The job of the page.

let current: Job | undefined;
const watchers = new Set<() => void>();

export const job = (): Job | undefined => current;

export function setJob(next: Job | undefined): void {
    current?.close();
    current = next;
    for (const watcher of watchers) watcher();
}

session.listen(() => session.state === 'signedOut' && setJob(undefined));

export function watchJob(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
}
