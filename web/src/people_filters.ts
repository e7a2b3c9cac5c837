// The filters of the view of everybody, as the address has them, and as the call takes them.

export interface Filters {
    readonly search: string;
    /** undefined: any; empty: people without one. */
    readonly department: string | undefined;
    readonly officeLocation: string | undefined;
    /** Id of a group. */
    readonly group: string | undefined;
    readonly photo: PhotoFilter | undefined;
    /** A day of the reader's calendar, `2026-11-30`. */
    readonly changedSince: string | undefined;
}

export type PhotoFilter = 'none' | 'small' | 'any';
const photoFilters: readonly string[] = ['none', 'small', 'any'];

/** Values that no control could have written are left out. */
export function filtersOf(query: URLSearchParams): Filters {
    const photo = query.get('photo') ?? '';
    const day = query.get('changedSince') ?? '';
    return {
        search: query.get('search') ?? '',
        department: query.get('department') ?? undefined,
        officeLocation: query.get('officeLocation') ?? undefined,
        group: query.get('group') || undefined,
        photo: photoFilters.includes(photo) ? (photo as PhotoFilter) : undefined,
        changedSince: /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(midnight(day).getTime()) ? day : undefined,
    };
}

/** For the address. */
export function queryOfFilters({ search, ...others }: Filters): URLSearchParams {
    const query = new URLSearchParams();
    if (search) query.set('search', search);
    for (const [name, value] of Object.entries(others)) if (value !== undefined) query.set(name, value);
    return query;
}

/** For the call: the day becomes the moment at which it begins here. */
export function callOfFilters(filters: Filters): URLSearchParams {
    const query = queryOfFilters(filters);
    const search = filters.search.trim();
    if (search) query.set('search', search);
    else query.delete('search');
    if (filters.changedSince) {
        query.set('changedSince', midnight(filters.changedSince).toISOString().replace(/\.\d+Z$/, 'Z'));
    }
    return query;
}

/** How many filters are set, the search not counted. */
export const filterCount = ({ search: _, ...others }: Filters): number =>
    Object.values(others).filter((value) => value !== undefined).length;

const midnight = (day: string): Date => new Date(`${day}T00:00:00`);
