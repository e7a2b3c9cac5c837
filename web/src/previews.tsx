// How the photo will look: circle and square at three sizes.
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { draw } from './crop_canvas.ts';
import { cropOf, type View } from './crop.ts';
import type { OpenPicture } from './picture.ts';
import { t } from './text.ts';

/** Each row has circle and square of its sizes. */
const rows = [[240], [96, 48]];

interface Props {
    readonly picture: OpenPicture;
    readonly view: View;
}

export const Previews = ({ picture, view }: Props): JSX.Element => (
    <div class="previews" role="img" aria-label={t('edit.previews')}>
        {rows.map((sides) => (
            <div class="preview-row">
                {sides.flatMap((side) =>
                    [true, false].map((round) => <Preview picture={picture} view={view} side={side} round={round} />),
                )}
            </div>
        ))}
    </div>
);

function Preview({ picture, view, side, round }: Props & { side: number; round: boolean }): JSX.Element {
    const canvas = useRef<HTMLCanvasElement>(null);
    useEffect(() => {
        draw(canvas.current!, picture, view, cropOf(view), Math.round(side * devicePixelRatio));
    }, [picture, view]);
    return <canvas ref={canvas} class={`photo ${round ? 'round' : ''}`} style={{ width: `${side}px`, height: `${side}px` }} />;
}
