// Virtual scrolling: which rows of a long list with rows of one height are in the window.
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

export interface Rows {
    readonly first: number;
    /** Exclusive. */
    readonly last: number;
}

/** `rowHeight` in CSS pixels; `overscan` rows above and below are kept. `list` is as high as all rows together. */
export function useRows(list: RefObject<HTMLElement | null>, count: number, rowHeight: number, overscan: number): Rows {
    const [rows, setRows] = useState<Rows>({ first: 0, last: 0 });
    const measure = (): void => {
        if (!list.current) return; // the list goes a moment before its effects end
        const top = -list.current.getBoundingClientRect().top;
        const next = visible(top, innerHeight, count, rowHeight, overscan);
        setRows((old) => (old.first === next.first && old.last === next.last ? old : next));
    };
    useLayoutEffect(measure, [count, rowHeight]);
    useEffect(() => {
        const end = new AbortController();
        const { signal } = end;
        addEventListener('scroll', measure, { passive: true, signal });
        addEventListener('resize', measure, { signal });
        const moved = new ResizeObserver(measure); // what is above the list may grow
        moved.observe(document.body);
        return () => {
            end.abort();
            moved.disconnect();
        };
    }, [count, rowHeight]);
    return rows;
}

/** The rows of a list whose upper edge is `top` pixels above that of a window of `height` pixels. */
export function visible(top: number, height: number, count: number, rowHeight: number, overscan: number): Rows {
    const limited = (row: number): number => Math.min(Math.max(row, 0), count);
    const first = limited(Math.floor(top / rowHeight) - overscan);
    return { first, last: Math.max(first, limited(Math.ceil((top + height) / rowHeight) + overscan)) };
}

export interface Columns {
    readonly columns: number;
    /** Height of a row in CSS pixels. */
    readonly rowHeight: number;
}

/** Calls `layout` with the list's width and the size of the root's font, both in CSS pixels, whenever the width changes. */
export function useColumns(list: RefObject<HTMLElement | null>, layout: (width: number, rem: number) => Columns): Columns {
    const [found, setFound] = useState<Columns>({ columns: 1, rowHeight: 200 });
    useLayoutEffect(() => {
        const measure = (): void => {
            if (!list.current) return;
            const next = layout(list.current.clientWidth, parseFloat(getComputedStyle(document.documentElement).fontSize));
            setFound((old) => (old.columns === next.columns && old.rowHeight === next.rowHeight ? old : next));
        };
        measure();
        const resized = new ResizeObserver(measure);
        resized.observe(list.current!);
        return () => resized.disconnect();
    }, []);
    return found;
}

/** Scrolls the window so that a row is seen whole. */
export function revealRow(list: HTMLElement, row: number, rowHeight: number): void {
    const top = list.getBoundingClientRect().top + row * rowHeight;
    const margin = 8;
    if (top < margin) scrollBy({ top: top - margin, behavior: 'instant' });
    else if (top + rowHeight > innerHeight - margin) {
        scrollBy({ top: top + rowHeight - innerHeight + margin, behavior: 'instant' });
    }
}
