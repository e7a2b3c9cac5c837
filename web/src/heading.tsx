// The heading of a view: it gets the focus when the view opens, and its text is the title of the document.
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

let views = 0;

interface Props {
    readonly children: string;
    /** false: another part of the view takes the focus. */
    readonly focus?: boolean;
}

/** The first view of the page leaves the focus at the beginning of the document. */
export function Heading({ children, focus = true }: Props): JSX.Element {
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        if (views++ > 0 && focus) heading.current!.focus();
    }, []);
    useEffect(() => {
        document.title = `${children} – Cameo`;
    }, [children]);
    return (
        <h1 ref={heading} tabIndex={-1}>
            {children}
        </h1>
    );
}
