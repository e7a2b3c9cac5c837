// One person in the grid. It is drawn again only where something of it changed.
import { Component, type JSX } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { hdSizes } from './crop.ts';
import { Icon } from './icons.tsx';
import { hrefOf } from './routes.ts';
import type { Person, PersonPhoto } from './people_list.ts';
import { getPhoto } from './photos.ts';
import { t } from './text.ts';
import { initialsOf, VisuallyHidden } from './ui.tsx';

interface Props {
    /** undefined while the row is on its way. */
    readonly person: Person | undefined;
    readonly index: number;
    readonly count: number;
    readonly columns: number;
    readonly rowHeight: number;
    /** Has the tab stop of the list. */
    readonly stop: boolean;
    /** A line, not a card. */
    readonly line: boolean;
}

export class PersonCard extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
        return (Object.keys(next) as (keyof Props)[]).some((name) => next[name] !== this.props[name]);
    }

    override render({ person, index, count, columns, rowHeight, stop, line }: Props): JSX.Element {
        const style = {
            insetBlockStart: `${Math.floor(index / columns) * rowHeight}px`,
            insetInlineStart: `${((index % columns) * 100) / columns}%`,
            inlineSize: `${100 / columns}%`,
            blockSize: `${rowHeight}px`,
        };
        return (
            <li style={style} aria-setsize={count} aria-posinset={index + 1}>
                <a
                    class={`person ${person ? '' : 'placeholder'}`}
                    data-index={index}
                    tabIndex={stop ? 0 : -1}
                    {...(person ? { href: hrefOf({ view: 'person', id: person.id }) } : {})}
                >
                    {person ? <Content person={person} side={line ? 48 : 96} /> : <Waiting />}
                </a>
            </li>
        );
    }
}

const Waiting = (): JSX.Element => (
    <>
        <span class="photo round" />
        <VisuallyHidden>{t('common.loading')}</VisuallyHidden>
    </>
);

const nameOf = ({ displayName, userPrincipalName }: Person): string => displayName || userPrincipalName;

const Content = ({ person, side }: { person: Person; side: number }): JSX.Element => (
    <>
        <Face person={person} side={side} />
        <span class="person-text">
            <span class="person-name" dir="auto">{nameOf(person)}</span>
            <span class="person-line" dir="auto">{person.jobTitle ?? person.userPrincipalName}</span>
            <span class="person-line" dir="auto">{person.department ?? ''}</span>
        </span>
        <State person={person} />
    </>
);

function State({ person: { photo, locked } }: { person: Person }): JSX.Element {
    const side = photo && Math.min(photo.width, photo.height);
    return (
        <span class="person-state">
            {locked && (
                <span class="tag">
                    <Icon name="lock" />
                    <VisuallyHidden>{t('people.locked')}</VisuallyHidden>
                </span>
            )}
            {!photo && <span class="tag none">{t('people.noPhoto')}</span>}
            {side !== null && side < 648 && <span class="tag small">{t('people.pixels', { side: String(side) })}</span>}
        </span>
    );
}

/** A card that only passes by while the list is scrolled fast requests nothing; in milliseconds. */
const settle = 70;

/** As Photo of ui.tsx, but the picture of a known ETag is there at the first paint. */
function Face({ person, side }: { person: Person; side: number }): JSX.Element {
    const { id, photo } = person;
    const [url, setUrl] = useState<string>();
    const [late, setLate] = useState(false);
    const size = photo ? sizeFor(photo, side * devicePixelRatio) : undefined;
    useLayoutEffect(() => setLate(false), [id]);
    useEffect(() => {
        const timer = setTimeout(() => setLate(true), settle);
        return () => clearTimeout(timer);
    }, [id]);
    useEffect(() => {
        if (!photo || !late) return;
        const abort = new AbortController();
        let made: string | undefined;
        getPhoto({ owner: id, size, etag: photo.etag, signal: abort.signal }).then(
            (found) => {
                if (abort.signal.aborted || !found) return;
                made = URL.createObjectURL(found.blob);
                setUrl(made);
            },
            () => undefined, // the initials stay
        );
        return () => {
            abort.abort();
            if (made) URL.revokeObjectURL(made);
            setUrl(undefined);
        };
    }, [id, photo?.etag, size, late]);
    if (url) return <img class="photo round" src={url} alt="" width={side} height={side} decoding="async" draggable={false} />;
    const name = nameOf(person);
    const tone = `tone-${[...name].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % 6}`;
    return (
        <span class={`photo round initials ${tone}`} aria-hidden>
            {initialsOf(name)}
        </span>
    );
}

/** The smallest size that has this many pixels, else the largest; undefined is whatever the photo has. */
export function sizeFor({ width, height }: PersonPhoto, pixels: number): string | undefined {
    const there = hdSizes.filter((side) => side <= Math.min(width, height));
    const side = there.find((one) => one >= pixels) ?? there.at(-1);
    return side ? `${side}x${side}` : undefined;
}
