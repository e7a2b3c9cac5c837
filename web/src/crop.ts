// The geometry of a crop: a square over a picture that may be turned. No DOM.

/** The HD sizes of docs/http.md: a photo has those that its square reaches. */
export const hdSizes: readonly number[] = [48, 64, 96, 120, 240, 360, 432, 504, 648];

/** The smallest side of a crop that the server takes. */
export const leastSide = 48;

export type Rotation = 0 | 90 | 180 | 270;

/** A square in pixels of the turned picture. Numbers may be fractions while a gesture lasts: `Crop` is what is sent. */
export interface View {
    /** The picture's size the right way up, before `rotate`. */
    readonly width: number;
    readonly height: number;
    /** Clockwise. */
    readonly rotate: Rotation;
    readonly x: number;
    readonly y: number;
    readonly side: number;
}

/** Integers, inside the turned picture. */
export interface Crop {
    readonly x: number;
    readonly y: number;
    readonly side: number;
    readonly rotate: Rotation;
}

/** The centre square, as the server takes it where no crop is given. Needs a picture of at least 48 x 48. */
export function wholeView(width: number, height: number): View {
    const side = Math.min(width, height);
    const middle = (length: number): number => Math.floor((length - side) / 2);
    return { width, height, rotate: 0, x: middle(width), y: middle(height), side };
}

/** The size of the picture after its rotation. */
export function turnedSize({ width, height, rotate }: View): { readonly width: number; readonly height: number } {
    return rotate % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** Moves the square, as far as the picture reaches. */
export const pan = (view: View, dx: number, dy: number): View => inside({ ...view, x: view.x + dx, y: view.y + dy });

/**
 * Divides the side by `factor`: over 1 shows less of the picture, larger. The point at (`u`, `v`), each 0 to 1 in the
 * square, stays where it is as far as the picture reaches.
 */
export function zoom(view: View, factor: number, u = 0.5, v = 0.5): View {
    return withSide(view, view.side / factor, u, v);
}

export function withSide(view: View, side: number, u = 0.5, v = 0.5): View {
    return drag(view, { x: u, y: v }, { x: u, y: v }, view.side / side);
}

/** A place in shares of the square: 0 and 1 are its edges. */
export interface Place {
    readonly x: number;
    readonly y: number;
}

/** What was at `from` in the square is at `to`, larger by `factor`, as far as the picture reaches. */
export function drag(view: View, from: Place, to: Place, factor: number): View {
    const side = clamp(view.side / factor, leastSide, mostSide(view));
    const x = view.x + from.x * view.side - to.x * side;
    const y = view.y + from.y * view.side - to.y * side;
    return inside({ ...view, side, x, y });
}

/** The largest side that this picture allows. */
export const mostSide = ({ width, height }: View): number => Math.min(width, height);

/** Turns the picture by 90 degrees clockwise; the square keeps what it shows. */
export function turn(view: View): View {
    const { height } = turnedSize(view);
    const rotate = ((view.rotate + 90) % 360) as Rotation;
    return { ...view, rotate, x: height - view.y - view.side, y: view.x };
}

/** The whole pixels that are nearest. */
export function cropOf(view: View): Crop {
    const size = turnedSize(view);
    const side = clamp(Math.round(view.side), leastSide, mostSide(view));
    const place = (at: number, length: number): number => clamp(Math.round(at), 0, length - side);
    return { x: place(view.x, size.width), y: place(view.y, size.height), side, rotate: view.rotate };
}

/** The value of the header Cameo-Crop. */
export const headerOf = ({ x, y, side, rotate }: Crop): string => `x=${x}, y=${y}, side=${side}, rotate=${rotate}`;

/** The sizes that a photo of this side will not have. */
export const missingSizes = (side: number): readonly number[] => hdSizes.filter((size) => size > side);

function inside(view: View): View {
    const { width, height } = turnedSize(view);
    return { ...view, x: clamp(view.x, 0, width - view.side), y: clamp(view.y, 0, height - view.side) };
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
