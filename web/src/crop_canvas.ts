// Draws the part of a picture that a view shows.
import { turnedSize, type Crop, type View } from './crop.ts';
import type { OpenPicture } from './picture.ts';

/** A square in pixels of the turned picture; it may reach beyond it. */
interface Square {
    readonly x: number;
    readonly y: number;
    readonly side: number;
}

/** Fills the canvas with the square. `pixels` is the canvas's side in device pixels. */
export function draw(canvas: HTMLCanvasElement, picture: OpenPicture, view: View, square: Square, pixels: number): void {
    if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
    const context = canvas.getContext('2d')!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, pixels, pixels);
    context.imageSmoothingQuality = 'high';
    const scale = pixels / square.side;
    context.scale(scale, scale);
    context.translate(-square.x, -square.y);
    turnContext(context, view);
    context.drawImage(picture.shown, 0, 0, picture.width, picture.height);
}

/** From coordinates of the turned picture to those of the picture. */
function turnContext(context: CanvasRenderingContext2D, view: View): void {
    const { width, height } = turnedSize(view);
    if (view.rotate === 90) context.translate(width, 0);
    if (view.rotate === 180) context.translate(width, height);
    if (view.rotate === 270) context.translate(0, height);
    context.rotate((view.rotate * Math.PI) / 180);
}

/** The crop with a share of its side more on each edge. */
export const around = ({ x, y, side }: Crop, share: number): Square => ({
    x: x - side * share,
    y: y - side * share,
    side: side * (1 + 2 * share),
});
