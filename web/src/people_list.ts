// The people of one query, page by page in order: docs/cameo-api.md, "People". No DOM.
import { getJson } from './api.ts';
import { messageOf } from './errors.ts';
import { session } from './session.ts';

export interface PersonPhoto {
    readonly etag: string;
    readonly width: number;
    readonly height: number;
    readonly modifiedDateTime: string;
    readonly source: string | null;
}

export interface Person {
    readonly id: string;
    readonly displayName: string | null;
    readonly userPrincipalName: string;
    readonly mail: string | null;
    readonly jobTitle: string | null;
    readonly department: string | null;
    readonly officeLocation: string | null;
    readonly accountEnabled: boolean;
    readonly photo: PersonPhoto | null;
    readonly locked: boolean;
}

interface Page {
    readonly value: readonly Person[];
    readonly count?: number;
    readonly nextLink?: string | null;
}

/** The first page comes soon, the others carry as much as the server allows. */
const firstTop = 200;
const laterTop = 999;

export class PeopleList {
    /** The people that have arrived, from the first on. */
    readonly rows: Person[] = [];
    /** How many there are; undefined until the first page. */
    count: number | undefined;
    error: string | undefined;
    #next: string | undefined = '';
    #wanted = 0;
    #loading = false;
    #abort = new AbortController();
    #listeners = new Set<() => void>();

    /** `filters`: the query parameters of the call, without those of pages. */
    constructor(readonly filters: URLSearchParams) {}

    /** Loads pages until row `index` is there; a later call may want less. */
    want(index: number): void {
        this.#wanted = index;
        if (!this.#loading && !this.error) void this.#load();
    }

    /** After an error. */
    retry(): void {
        this.error = undefined;
        this.#tell();
        this.want(this.#wanted);
    }

    /** Puts what is known of a person in the place of their row, if it is there. */
    update(id: string, change: Partial<Person>): void {
        const index = this.rows.findIndex((row) => row.id === id);
        if (index < 0) return;
        this.rows[index] = { ...this.rows[index]!, ...change };
        this.#tell();
    }

    listen(listener: () => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    close(): void {
        this.#abort.abort();
    }

    async #load(): Promise<void> {
        const { signal } = this.#abort;
        this.#loading = true;
        try {
            while (this.#next !== undefined && this.rows.length <= this.#wanted && !signal.aborted) {
                this.#add(await getJson<Page>(this.#path(this.#next), signal));
            }
        } catch (error) {
            if (!signal.aborted) this.error = messageOf(error);
        }
        this.#loading = false;
        if (this.error) this.#tell();
    }

    #path(token: string): string {
        const query = new URLSearchParams(this.filters);
        query.set('top', String(token ? laterTop : firstTop));
        if (token) query.set('skiptoken', token);
        return `cameo/v1/people?${query}`;
    }

    #add({ value, count, nextLink }: Page): void {
        for (const row of value) this.rows.push(row);
        // The link has the address under which the server knows itself; the page may reach it by another.
        this.#next = nextLink ? (new URL(nextLink, 'http://server').searchParams.get('skiptoken') ?? undefined) : undefined;
        const atLeast = Math.max(count ?? this.count ?? 0, this.rows.length);
        this.count = this.#next === undefined ? this.rows.length : atLeast;
        this.#tell();
    }

    #tell(): void {
        for (const listener of this.#listeners) listener();
    }
}

// ---- The list that was shown last, so that "back" from a person's page finds it where it was.

export interface Kept {
    readonly list: PeopleList;
    readonly key: string;
    readonly scroll: number;
    readonly active: number;
    readonly time: number;
}

let kept: Kept | undefined;
const longestKept = 120_000;

export function keep(list: PeopleList, key: string, scroll: number, active: number): void {
    kept = { list, key, scroll, active, time: Date.now() };
}

/** Whether takeKept() would find a list. */
export const isKept = (key: string): boolean => kept !== undefined && kept.key === key && Date.now() - kept.time < longestKept;

/** The list of this query, if it was left a moment ago. */
export function takeKept(key: string): Kept | undefined {
    const found = isKept(key) ? kept : undefined;
    if (!found) kept?.list.close();
    kept = undefined;
    return found;
}

session.listen(() => session.state === 'signedOut' && forgetPeople());

/** The query of the list that was left, with its question mark; empty without one. */
export const keptQuery = (): string => (kept?.key ? `?${kept.key}` : '');

/** After a change of one person. */
export const updateKept = (id: string, change: Partial<Person>): void => kept?.list.update(id, change);

/** After changes of many. */
export function forgetPeople(): void {
    kept?.list.close();
    kept = undefined;
}
