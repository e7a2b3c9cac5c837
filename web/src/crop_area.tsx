// The part of the editor where the square is moved over the picture: pointer, pinch, wheel, keyboard.
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { around, draw } from './crop_canvas.ts';
import { cropOf, drag, pan, turn, zoom, type Place, type View } from './crop.ts';
import type { OpenPicture } from './picture.ts';
import { t } from './text.ts';

interface Props {
    readonly picture: OpenPicture;
    readonly view: View;
    readonly help: string;
    readonly disabled: boolean;
    /** The change is a function of the view at that time, since several may come before the next render. */
    readonly change: (how: (view: View) => View) => void;
}

/** How much of the picture around the square is shown, as a share of its side on each edge. */
const margin = 0.09;
const frame = 1 / (1 + 2 * margin);

export function CropArea({ picture, view, help, disabled, change }: Props): JSX.Element {
    const canvas = useRef<HTMLCanvasElement>(null);
    const area = useRef<HTMLDivElement>(null);
    useEffect(() => {
        const element = canvas.current!;
        const show = (): void => {
            const pixels = Math.round(element.clientWidth * devicePixelRatio);
            if (pixels > 0) draw(element, picture, view, around(cropOf(view), margin), pixels);
        };
        show();
        const resized = new ResizeObserver(show);
        resized.observe(element);
        return () => resized.disconnect();
    }, [picture, view]);
    useGestures(area, disabled ? () => undefined : change);
    useEffect(() => area.current!.focus(), []);
    const pressed = (event: KeyboardEvent): void => {
        const how = disabled ? undefined : keyOf(event);
        if (!how) return;
        event.preventDefault();
        change(how);
    };
    return (
        <div
            ref={area}
            class="crop-area"
            role="application"
            tabIndex={0}
            aria-label={t('edit.area')}
            aria-describedby={help}
            aria-disabled={disabled}
            onKeyDown={pressed}
        >
            <canvas ref={canvas} />
            <span class="crop-frame" aria-hidden="true" />
        </div>
    );
}

/** One step of the keyboard or of a button: a share of the side. */
export const step = { small: 0.02, big: 0.1, zoom: 1.05, bigZoom: 1.25 } as const;

export const move = (dx: number, dy: number, share: number) => (view: View): View => {
    const length = Math.max(1, view.side * share);
    return pan(view, dx * length, dy * length);
};

/** The change of a key; undefined for a key of the browser. */
function keyOf({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): ((view: View) => View) | undefined {
    if (ctrlKey || altKey || metaKey) return undefined;
    const share = shiftKey ? step.big : step.small;
    const factor = shiftKey ? step.bigZoom : step.zoom;
    switch (key) {
        case 'ArrowLeft':
            return move(-1, 0, share);
        case 'ArrowRight':
            return move(1, 0, share);
        case 'ArrowUp':
            return move(0, -1, share);
        case 'ArrowDown':
            return move(0, 1, share);
        case '+':
        case '=':
        case '*': // Shift and + on German keyboards
            return (view) => zoom(view, factor);
        case '-':
        case '_':
            return (view) => zoom(view, 1 / factor);
        case 'r':
        case 'R':
            return turn;
        default:
            return undefined;
    }
}

/** Drag with one pointer, pinch with two, wheel. */
function useGestures(area: { readonly current: HTMLElement | null }, change: Props['change']): void {
    const latest = useRef(change);
    latest.current = change;
    useEffect(() => {
        const element = area.current!;
        const end = new AbortController();
        const { signal } = end;
        const gesture = new Gesture(element, (how) => latest.current(how));
        element.addEventListener('pointerdown', (event) => gesture.down(event), { signal });
        element.addEventListener('pointermove', (event) => gesture.move(event), { signal });
        for (const name of ['pointerup', 'pointercancel'] as const) {
            element.addEventListener(name, (event) => gesture.up(event), { signal });
        }
        element.addEventListener('wheel', (event) => gesture.wheel(event), { signal, passive: false });
        return () => end.abort();
    }, []);
}

class Gesture {
    readonly #pointers = new Map<number, Place>();

    constructor(
        readonly element: HTMLElement,
        readonly change: Props['change'],
    ) {}

    down(event: PointerEvent): void {
        if (event.button !== 0 || this.#pointers.size === 2) return;
        this.element.setPointerCapture(event.pointerId);
        this.#pointers.set(event.pointerId, this.#place(event));
    }

    /** The points of the picture under the pointers stay under them. */
    move(event: PointerEvent): void {
        if (!this.#pointers.has(event.pointerId)) return;
        const before = [...this.#pointers.values()];
        this.#pointers.set(event.pointerId, this.#place(event));
        const after = [...this.#pointers.values()];
        const factor = before.length === 2 ? distance(after) / Math.max(distance(before), 0.001) : 1;
        this.change((view) => drag(view, middle(before), middle(after), factor));
    }

    up(event: PointerEvent): void {
        this.#pointers.delete(event.pointerId);
    }

    wheel(event: WheelEvent): void {
        event.preventDefault();
        const at = this.#place(event);
        const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
        this.change((view) => zoom(view, Math.exp(-lines * 0.002), at.x, at.y));
    }

    #place(event: MouseEvent): Place {
        const box = this.element.getBoundingClientRect();
        const side = box.width * frame;
        const edge = (box.width - side) / 2;
        return { x: (event.clientX - box.left - edge) / side, y: (event.clientY - box.top - edge) / side };
    }
}

const middle = (points: readonly Place[]): Place => ({
    x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
});

const distance = ([one, other]: readonly Place[]): number => Math.hypot(one!.x - other!.x, one!.y - other!.y);
