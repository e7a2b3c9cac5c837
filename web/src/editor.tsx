// The crop editor: shows a chosen picture, lets the person choose the square, and uploads the original with it.
import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { CropArea, move, step } from './crop_area.tsx';
import { cropOf, headerOf, missingSizes, mostSide, turn, wholeView, withSide, zoom, leastSide, type View } from './crop.ts';
import { hasStatus, messageOf } from './errors.ts';
import { Icon } from './icons.tsx';
import { upload } from './owner_photo.ts';
import { openPicture, type OpenPicture } from './picture.ts';
import { Previews } from './previews.tsx';
import { formatList, t, type Key } from './text.ts';
import { Button, Loading, Notice, Progress } from './ui.tsx';

interface Props {
    /** `me` or `users/{id}`. */
    readonly owner: string;
    readonly file: Blob;
    /** The ETag of the photo that the person sees; null where there is none. */
    readonly etag: string | null;
    /** The file cannot be a photo: the sentence says why. */
    readonly onRefused: (why: string) => void;
    /** After the server stored the photo. */
    readonly onStored: () => void;
    /** Nothing was stored; `reload` where the photo shown is no longer the present one. */
    readonly onClose: (reload: boolean) => void;
}

/** Mount it with a `key` for each file. */
export function Editor({ file, onRefused, ...rest }: Props): JSX.Element {
    const [picture, setPicture] = useState<OpenPicture>();
    useEffect(() => {
        const abort = new AbortController();
        let open: OpenPicture | undefined;
        openPicture(file, abort.signal).then(
            (made) => {
                open = made;
                if (abort.signal.aborted) made.shown.close();
                else setPicture(made);
            },
            (error: unknown) => abort.signal.aborted || onRefused(messageOf(error)),
        );
        return () => {
            abort.abort();
            open?.shown.close();
        };
    }, [file]);
    return picture ? <OpenEditor picture={picture} {...rest} /> : <Loading />;
}

type OpenProps = Omit<Props, 'file' | 'onRefused'> & { readonly picture: OpenPicture };

function OpenEditor({ owner, etag, picture, onStored, onClose }: OpenProps): JSX.Element {
    const [view, setView] = useState(() => wholeView(picture.width, picture.height));
    const help = useId();
    const { state, send, cancel } = useUpload(owner, picture, onStored);
    const busy = state.kind === 'sending';
    const crop = cropOf(view);
    const save = (expected: string | null | undefined): void => void send(headerOf(crop), expected);
    return (
        <section class="card editor" aria-label={t('edit.title')}>
            <div class="editor-work">
                <CropArea picture={picture} view={view} help={help} disabled={busy} change={setView} />
                <Tools view={view} disabled={busy} change={setView} />
            </div>
            <div class="editor-side">
                <h2>{t('edit.title')}</h2>
                <p id={help} class="muted">
                    {t('edit.help')}
                </p>
                <Previews picture={picture} view={view} />
                <SizeWarning side={crop.side} />
                <State state={state} onReload={() => onClose(true)} onReplace={() => save(undefined)} />
                <div class="actions">
                    <Button look="primary" disabled={busy} onClick={() => save(etag)}>
                        {t('edit.save')}
                    </Button>
                    <Button onClick={busy ? cancel : () => onClose(false)}>{t('common.cancel')}</Button>
                </div>
            </div>
            <Position view={view} />
        </section>
    );
}

const tools: readonly { readonly key: Key; readonly icon: Parameters<typeof Icon>[0]['name']; readonly how: (view: View) => View }[] = [
    { key: 'edit.zoomOut', icon: 'minus', how: (view) => zoom(view, 1 / step.bigZoom) },
    { key: 'edit.zoomIn', icon: 'plus', how: (view) => zoom(view, step.bigZoom) },
    { key: 'edit.rotate', icon: 'rotate', how: turn },
    { key: 'edit.reset', icon: 'reset', how: ({ width, height }) => wholeView(width, height) },
    { key: 'edit.left', icon: 'left', how: move(-1, 0, step.big) },
    { key: 'edit.up', icon: 'up', how: move(0, -1, step.big) },
    { key: 'edit.down', icon: 'down', how: move(0, 1, step.big) },
    { key: 'edit.right', icon: 'right', how: move(1, 0, step.big) },
];

interface ToolsProps {
    readonly view: View;
    readonly disabled: boolean;
    readonly change: (how: (view: View) => View) => void;
}

/** Each gesture has a button. */
const Tools = ({ view, disabled, change }: ToolsProps): JSX.Element => (
    <div class="tools" role="group" aria-label={t('edit.tools')}>
        <ZoomRange view={view} disabled={disabled} change={change} />
        {tools.map(({ key, icon, how }) => (
            <ToolButton label={t(key)} icon={icon} disabled={disabled} onClick={() => change(how)} />
        ))}
    </div>
);

interface ToolButtonProps {
    readonly label: string;
    readonly icon: Parameters<typeof Icon>[0]['name'];
    readonly disabled: boolean;
    readonly onClick: () => void;
}

const ToolButton = ({ label, icon, disabled, onClick }: ToolButtonProps): JSX.Element => (
    <button type="button" class="button icon" title={label} aria-label={label} disabled={disabled} onClick={onClick}>
        <Icon name={icon} />
    </button>
);

/** 0 shows all of the shorter side, 1 the least; equal steps zoom by equal factors. */
function ZoomRange({ view, disabled, change }: ToolsProps): JSX.Element {
    const range = Math.log(mostSide(view) / leastSide);
    const value = range > 0 ? Math.log(mostSide(view) / view.side) / range : 0;
    return (
        <input
            class="zoom"
            type="range"
            min={0}
            max={1}
            step={0.01}
            value={value}
            disabled={disabled || range === 0}
            aria-label={t('edit.zoom')}
            aria-valuetext={t('edit.side', { side: cropOf(view).side })}
            onInput={({ currentTarget: { valueAsNumber } }) =>
                change((old) => withSide(old, mostSide(old) * Math.exp(-valueAsNumber * range)))
            }
        />
    );
}

function SizeWarning({ side }: { side: number }): JSX.Element | null {
    const missing = missingSizes(side);
    if (missing.length === 0) return null;
    const sizes = formatList(missing.map((size) => `${size} × ${size}`));
    return <Notice kind="warning">{t('edit.missing', { side, sizes, n: missing.length })}</Notice>;
}

/** Tells screen readers where the square is, a moment after the last change. */
function Position({ view }: { view: View }): JSX.Element {
    const [text, setText] = useState('');
    const first = useRef(true);
    useEffect(() => {
        if (first.current) return void (first.current = false);
        const { x, y, side, rotate } = cropOf(view);
        const timer = setTimeout(() => setText(t('edit.position', { x, y, side, rotate })), 250);
        return () => clearTimeout(timer);
    }, [view]);
    return (
        <p class="hidden-text" aria-live="polite">
            {text}
        </p>
    );
}

type UploadState =
    | { readonly kind: 'idle' }
    | { readonly kind: 'sending'; readonly share: number }
    | { readonly kind: 'changed' }
    | { readonly kind: 'refused'; readonly message: string };

interface UploadControl {
    readonly state: UploadState;
    readonly send: (crop: string, expected: string | null | undefined) => Promise<void>;
    readonly cancel: () => void;
}

function useUpload(owner: string, picture: OpenPicture, onStored: () => void): UploadControl {
    const [state, setState] = useState<UploadState>({ kind: 'idle' });
    const abort = useRef<AbortController>(undefined);
    useEffect(() => () => abort.current?.abort(), []);
    const send: UploadControl['send'] = async (crop, expected) => {
        const { signal } = (abort.current = new AbortController());
        const progress = (share: number): void => setState({ kind: 'sending', share });
        progress(0);
        try {
            await upload(owner, { picture: picture.original, crop, expected, signal, progress });
            onStored();
        } catch (error) {
            setState(stateOf(error, signal));
        }
    };
    return { state, send, cancel: () => abort.current?.abort() };
}

function stateOf(error: unknown, { aborted }: AbortSignal): UploadState {
    if (aborted) return { kind: 'idle' };
    return hasStatus(error, 412) ? { kind: 'changed' } : { kind: 'refused', message: messageOf(error) };
}

interface StateProps {
    readonly state: UploadState;
    readonly onReload: () => void;
    readonly onReplace: () => void;
}

function State({ state, onReload, onReplace }: StateProps): JSX.Element | null {
    switch (state.kind) {
        case 'sending':
            return (
                <div class="sending" role="status">
                    <span>{state.share < 1 ? t('edit.sending') : t('edit.storing')}</span>
                    <Progress share={state.share < 1 ? state.share : undefined} label={t('edit.sending')} />
                </div>
            );
        case 'refused':
            return <Notice kind="error">{state.message}</Notice>;
        case 'changed':
            return (
                <Notice kind="error">
                    <span>{t('edit.changed')}</span>
                    <Button onClick={onReload}>{t('edit.reload')}</Button>
                    <Button onClick={onReplace}>{t('edit.replace')}</Button>
                </Notice>
            );
        default:
            return null;
    }
}
