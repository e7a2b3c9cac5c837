// Stores the pictures of a run: several at a time, paused and cancelled at will, and over a connection that comes and goes.
import { send } from './api.ts';
import type { Owner } from './bulk_match.ts';
import type { Verdict } from './bulk_check.ts';
import { headerOf } from './crop.ts';
import { ApiError, messageOf } from './errors.ts';
import { readRecord, userPath } from './owner_photo.ts';
import { session } from './session.ts';

export interface Task {
    readonly file: File;
    readonly owner: Owner;
    readonly size: Verdict & { readonly good: true };
    outcome: Outcome | undefined;
}

export type Outcome =
    | { readonly kind: 'stored' }
    /** The person has this photo already. */
    | { readonly kind: 'unchanged' }
    | { readonly kind: 'refused'; readonly reason: string };

/** `waiting`: the server cannot be reached, and is tried again. */
export type UploadState = 'running' | 'waiting' | 'paused' | 'cancelled' | 'done';

const atOnce = 4;
/** Seconds between two attempts: doubled each time up to the longest. */
const firstWait = 1;
const longestWait = 30;
/** Attempts at a picture that the server answers with a 5xx. */
const mostFaults = 6;
/** The rate is that of the last seconds. */
const rateSeconds = 20;

export class Uploads {
    state: UploadState = 'running';
    /** What is to be shown while paused by a refused session, and the like. */
    trouble: string | undefined;
    #next = 0;
    #abort = new AbortController();
    #waiting = 0;
    #resumed: (() => void)[] = [];
    #times: number[] = [];

    constructor(
        readonly run: string,
        readonly tasks: readonly Task[],
        readonly changed: () => void,
    ) {}

    get done(): number {
        return this.tasks.reduce((sum, { outcome }) => sum + (outcome ? 1 : 0), 0);
    }

    /** Pictures a second. */
    get rate(): number {
        const since = performance.now() - rateSeconds * 1000;
        this.#times = this.#times.filter((time) => time > since);
        const seconds = (performance.now() - (this.#times[0] ?? 0)) / 1000;
        return this.#times.length < 2 ? 0 : (this.#times.length - 1) / seconds;
    }

    /** Ends when every task has an outcome, or after cancel(). */
    async work(): Promise<void> {
        await Promise.all(Array.from({ length: atOnce }, () => this.#worker()));
        if (this.state !== 'cancelled') this.#change('done');
    }

    pause(trouble?: string): void {
        if (this.state !== 'running' && this.state !== 'waiting') return;
        this.trouble = trouble;
        this.#change('paused');
    }

    resume(): void {
        if (this.state !== 'paused') return;
        this.trouble = undefined;
        this.#change('running');
        for (const done of this.#resumed.splice(0)) done();
    }

    cancel(): void {
        this.#change('cancelled');
        this.#abort.abort();
        for (const done of this.#resumed.splice(0)) done();
    }

    async #worker(): Promise<void> {
        for (let task; this.state !== 'cancelled' && (task = this.tasks[this.#next++]); ) {
            const outcome = await this.#store(task);
            if (!outcome) continue;
            task.outcome = outcome;
            this.#times.push(performance.now());
            this.changed();
        }
    }

    /** undefined after cancel(). */
    async #store(task: Task): Promise<Outcome | undefined> {
        for (let attempt = 0, faults = 0; ; attempt++) {
            if (this.state === 'paused') await new Promise<void>((done) => this.#resumed.push(done));
            if (this.state === 'cancelled') return undefined;
            try {
                return await this.#put(task);
            } catch (error) {
                if (this.#abort.signal.aborted) return undefined;
                if (error instanceof ApiError && error.status === 401) {
                    this.pause(error.message);
                    continue;
                }
                if (isRefusal(error)) return { kind: 'refused', reason: error.message };
                if (error instanceof ApiError && ++faults === mostFaults) return { kind: 'refused', reason: messageOf(error) };
                await this.#wait(attempt, error instanceof ApiError ? error.retryAfter : undefined, error instanceof TypeError);
            }
        }
    }

    async #put({ file, owner, size }: Task): Promise<Outcome> {
        const { signal } = this.#abort;
        const headers = { 'Cameo-Run': this.run, 'Cameo-Source': 'web', ...cropFor(file, size) };
        const path = userPath(owner.id);
        await send(`v1.0/${path}/photo/$value`, { method: 'PUT', headers, body: file, signal });
        // A photo that was there may be the same: the record tells whose run stored it.
        if (owner.hasPhoto && (await readRecord(path, signal)).run !== this.run) return { kind: 'unchanged' };
        return { kind: 'stored' };
    }

    /** The browser's event "online" ends it early. */
    async #wait(attempt: number, retryAfter: number | undefined, lost: boolean): Promise<void> {
        const seconds = retryAfter ?? Math.min(firstWait * 2 ** attempt, longestWait);
        this.#waiting += lost ? 1 : 0;
        if (lost && this.state === 'running') this.#change('waiting');
        await pause(seconds * 1000, this.#abort.signal);
        this.#waiting -= lost ? 1 : 0;
        if (this.#waiting === 0 && this.state === 'waiting') this.#change('running');
    }

    #change(state: UploadState): void {
        this.state = state;
        this.changed();
    }
}

/** An answer about the picture or the person, which another attempt would not change. */
const isRefusal = (error: unknown): error is ApiError =>
    error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408;

/** A picture over Graph's limit may be sent with a crop: the centre square, which the server takes without one. */
function cropFor(file: File, { width, height }: Task['size']): Record<string, string> {
    if (file.size <= session.configuration.uploadBytes) return {};
    const side = Math.min(width, height);
    const middle = (length: number): number => Math.floor((length - side) / 2);
    return { 'Cameo-Crop': headerOf({ x: middle(width), y: middle(height), side, rotate: 0 }) };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((done) => {
        const end = (): void => {
            clearTimeout(timer);
            removeEventListener('online', end);
            signal.removeEventListener('abort', end);
            done();
        };
        const timer = setTimeout(end, milliseconds);
        addEventListener('online', end);
        signal.addEventListener('abort', end);
    });
}
