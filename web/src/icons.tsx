// Icons as paths of 24 x 24; the button beside or around them has the words.
import type { JSX } from 'preact';

const paths = {
    plus: 'M12 5v14M5 12h14',
    minus: 'M5 12h14',
    rotate: 'M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7',
    left: 'M15 5l-7 7 7 7',
    right: 'M9 5l7 7-7 7',
    up: 'M5 15l7-7 7 7',
    down: 'M5 9l7 7 7-7',
    reset: 'M4 9V4h5M20 15v5h-5M20 9V4h-5M4 15v5h5',
    camera: 'M4 8h3.5l2-3h5l2 3H20v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
    picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01',
    undo: 'M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
    bin: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
    lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
    unlock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2',
    download: 'M12 4v11M7 10l5 5 5-5M5 20h14',
    folder: 'M3 6h6l2 2h10v11H3z',
} as const;

export const Icon = ({ name }: { name: keyof typeof paths }): JSX.Element => (
    <svg
        class="icon"
        viewBox="0 0 24 24"
        width="20"
        height="20"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
    >
        <path d={paths[name]} />
    </svg>
);

export const Logo = (): JSX.Element => (
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <mask id="logo">
            <rect width="32" height="32" rx="9" fill="#fff" />
            <circle cx="16" cy="12.5" r="5.5" fill="#000" />
            <path d="M5.5 28a10.5 9 0 0 1 21 0z" fill="#000" />
        </mask>
        <rect width="32" height="32" rx="9" fill="currentColor" mask="url(#logo)" />
    </svg>
);
