// The grid of people: a list of which only the rows in the window are in the document.
import type { JSX, RefObject, TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { PersonCard } from './person_card.tsx';
import type { PeopleList } from './people_list.ts';
import { t } from './text.ts';
import { revealRow, useColumns, useRows, type Columns } from './virtual.ts';

/** Rows above and below the window, and people that are loaded ahead of it. */
const overscan = 2;
const ahead = 100;

interface Props {
    readonly list: PeopleList;
    readonly count: number;
    /** The index of the person who has the tab stop. */
    readonly active: { current: number };
    /** Where the window was scrolled to when this list was left; undefined for a new list. */
    readonly restore: number | undefined;
}

/** Cards side by side; lines below each other in a narrow window. */
function layout(width: number, rem: number): Columns {
    if (width < 34 * rem) return { columns: 1, rowHeight: 4.75 * rem };
    return { columns: Math.max(1, Math.floor((width + 0.75 * rem) / (11.5 * rem))), rowHeight: 14.75 * rem };
}

export function Grid({ list, count, active, restore }: Props): JSX.Element {
    const element = useRef<HTMLUListElement>(null);
    const { columns, rowHeight } = useColumns(element, layout);
    const rows = Math.ceil(count / columns);
    const { first, last } = useRows(element, rows, rowHeight, overscan);
    const focus = useFocus(element, list, { count, columns, rowHeight, active, restore });
    useEffect(() => list.want(Math.min(last * columns + ahead, count) - 1), [last, columns, count]);
    const shown = range(first * columns, Math.min(last * columns, count));
    if (focus.inside && !shown.includes(active.current)) shown.push(active.current);
    const stop = shown.includes(active.current) ? active.current : (shown[overscan * columns] ?? shown[0]);
    return (
        <ul
            ref={element}
            class={`people-grid ${columns === 1 ? 'lines' : ''}`}
            style={{ blockSize: `${rows * rowHeight}px` }}
            aria-label={t('people.list')}
            onKeyDown={focus.onKeyDown}
            onFocusIn={focus.onFocusIn}
            onFocusOut={focus.onFocusOut}
        >
            {shown.map((index) => (
                <PersonCard
                    key={index}
                    person={list.rows[index]}
                    index={index}
                    count={count}
                    columns={columns}
                    rowHeight={rowHeight}
                    stop={index === stop}
                    line={columns === 1}
                />
            ))}
        </ul>
    );
}

const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

interface Place extends Columns {
    readonly count: number;
    readonly active: { current: number };
    readonly restore: number | undefined;
}

interface Focus {
    readonly inside: boolean;
    readonly onKeyDown: (event: TargetedKeyboardEvent<HTMLUListElement>) => void;
    readonly onFocusIn: (event: FocusEvent) => void;
    readonly onFocusOut: () => void;
}

/** One tab stop; the keys of a list move it. */
function useFocus(element: RefObject<HTMLUListElement | null>, list: PeopleList, place: Place): Focus {
    const { active, count, columns, rowHeight, restore } = place;
    const [inside, setInside] = useState(false);
    const [wanted, setWanted] = useState<{ index: number }>();
    useEffect(() => {
        if (restore === undefined) return;
        scrollTo({ top: restore, behavior: 'instant' });
        setWanted({ index: active.current });
    }, []);
    useEffect(() => {
        if (!wanted) return;
        element.current!.querySelector<HTMLElement>(`[data-index="${wanted.index}"]`)?.focus({ preventScroll: true });
    }, [wanted]);
    const onKeyDown: Focus['onKeyDown'] = (event) => {
        const index = moved(event, active.current, { count, columns, page: pageOf(rowHeight, columns) });
        if (index === undefined) return;
        event.preventDefault();
        active.current = index;
        list.want(index);
        revealRow(element.current!, Math.floor(index / columns), rowHeight);
        setInside(true);
        setWanted({ index });
    };
    const onFocusIn = ({ target }: FocusEvent): void => {
        active.current = Number((target as HTMLElement).dataset['index'] ?? 0);
        setInside(true);
    };
    return { inside, onKeyDown, onFocusIn, onFocusOut: () => setInside(false) };
}

const pageOf = (rowHeight: number, columns: number): number => Math.max(1, Math.floor(innerHeight / rowHeight) - 1) * columns;

interface Sizes {
    readonly count: number;
    readonly columns: number;
    /** People of one page of the keyboard. */
    readonly page: number;
}

/** The index that a key moves to; undefined for other keys. */
function moved(event: KeyboardEvent, from: number, { count, columns, page }: Sizes): number | undefined {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return undefined;
    const forward = getComputedStyle(document.documentElement).direction === 'rtl' ? -1 : 1;
    const arrow = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (arrow) return from + arrow < 0 || from + arrow >= count ? from : from + arrow;
    const ends = { Home: 0, End: count - 1, PageUp: Math.max(from - page, from % columns), PageDown: Math.min(from + page, count - 1) };
    return ends[event.key as keyof typeof ends];
}
