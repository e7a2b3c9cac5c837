// Small components that all views share.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { getPhoto, onPhotosChanged } from './photos.ts';
import { messageOf } from './errors.ts';
import { t } from './text.ts';

type ButtonProps = Omit<JSX.IntrinsicElements['button'], 'class'> & {
    readonly look?: 'primary' | 'danger' | 'plain';
};

export const Button = ({ look, children, ...rest }: ButtonProps): JSX.Element => (
    <button type="button" class={`button ${look ?? ''}`} {...rest}>
        {children}
    </button>
);

export const VisuallyHidden = ({ children }: { children: ComponentChildren }): JSX.Element => (
    <span class="hidden-text">{children}</span>
);

interface DialogProps {
    readonly title: string;
    readonly onClose: () => void;
    readonly children: ComponentChildren;
    /** The buttons at the end; by default one that closes. */
    readonly actions?: ComponentChildren;
    readonly wide?: boolean;
}

/** A modal <dialog>, open while it is mounted. Esc closes it; focus returns to where it was. */
export function Dialog({ title, onClose, children, actions, wide }: DialogProps): JSX.Element {
    const dialog = useRef<HTMLDialogElement>(null);
    const heading = useId();
    useEffect(() => {
        const before = document.activeElement;
        dialog.current!.showModal();
        return () => {
            if (before instanceof HTMLElement && before.isConnected) before.focus();
        };
    }, []);
    const cancel = (event: Event): void => {
        event.preventDefault();
        onClose();
    };
    return (
        <dialog ref={dialog} class={wide ? 'wide' : ''} aria-labelledby={heading} onCancel={cancel}>
            <h2 id={heading}>{title}</h2>
            {children}
            <div class="actions">{actions ?? <Button onClick={onClose}>{t('common.close')}</Button>}</div>
        </dialog>
    );
}

interface ConfirmProps {
    readonly title: string;
    readonly children: ComponentChildren;
    readonly action: string;
    readonly danger?: boolean;
    readonly onConfirm: () => void;
    readonly onClose: () => void;
}

/** A dialog that asks before `action`; the first focus is on the button that does nothing. */
export const Confirm = ({ title, children, action, danger, onConfirm, onClose }: ConfirmProps): JSX.Element => (
    <Dialog
        title={title}
        onClose={onClose}
        actions={
            <>
                <Button onClick={onClose}>{t('common.cancel')}</Button>
                <Button look={danger ? 'danger' : 'primary'} onClick={onConfirm}>
                    {action}
                </Button>
            </>
        }
    >
        {children}
    </Dialog>
);

export const Progress = ({ share, label }: { share: number | undefined; label: string }): JSX.Element => (
    <progress class="progress" aria-label={label} max={1} {...(share === undefined ? {} : { value: share })} />
);

/** A box with a message: an error is announced at once. */
export const Notice = ({ kind, children }: { kind: 'error' | 'warning' | 'info'; children: ComponentChildren }): JSX.Element => (
    <div class={`notice ${kind}`} role={kind === 'error' ? 'alert' : undefined}>
        {children}
    </div>
);

export const Loading = (): JSX.Element => <p class="loading">{t('common.loading')}</p>;

// ---- Messages at the end of the page: one status region for all views.

export interface Message {
    readonly text: string;
    /** A button beside the text, as for undo. */
    readonly action?: { readonly label: string; readonly run: () => void };
}

let showMessage: (message: Message | undefined) => void = () => undefined;

/** How long a message without an action is shown, in milliseconds. */
const messageTime = 10_000;

/** Shows a message; one with an action stays until it is closed or the next one comes. Screen readers read it. */
export const tell = (text: string, action?: Message['action']): void =>
    showMessage(action ? { text, action } : { text });

export const clearMessage = (): void => showMessage(undefined);

/** The region of `tell`; mounted once. */
export function StatusRegion(): JSX.Element {
    const [message, setMessage] = useState<Message>();
    useEffect(() => {
        showMessage = setMessage;
    }, []);
    useEffect(() => {
        if (!message || message.action) return;
        const timer = setTimeout(clearMessage, messageTime);
        return () => clearTimeout(timer);
    }, [message]);
    return (
        <div class="status-region">
            <div role="status">{message && <span class="status-text">{message.text}</span>}</div>
            {message?.action && <Button onClick={message.action.run}>{message.action.label}</Button>}
            {message && (
                <Button look="plain" onClick={clearMessage}>
                    {t('common.dismiss')}
                </Button>
            )}
        </div>
    );
}

// ---- Data

export interface Loaded<T> {
    readonly data: T | undefined;
    readonly error: string | undefined;
    readonly reload: () => void;
}

/** Loads again when `inputs` change; a load that is no longer wanted is aborted. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
    const [state, setState] = useState<{ data?: T; error?: string }>({});
    const [count, setCount] = useState(0);
    useEffect(() => {
        const abort = new AbortController();
        load(abort.signal).then(
            (data) => abort.signal.aborted || setState({ data }),
            (error: unknown) => abort.signal.aborted || setState((old) => ({ ...old, error: messageOf(error) })),
        );
        return () => abort.abort();
    }, [...inputs, count]);
    return { data: state.data, error: state.error, reload: () => setCount((old) => old + 1) };
}

/** A blob: URL for as long as the component shows this blob. */
export function useBlobUrl(blob: Blob | undefined): string | undefined {
    const [url, setUrl] = useState<string>();
    useEffect(() => {
        if (!blob) return setUrl(undefined);
        const made = URL.createObjectURL(blob);
        setUrl(made);
        return () => URL.revokeObjectURL(made);
    }, [blob]);
    return url;
}

interface PhotoProps {
    /** `me`, or the id of a user. */
    readonly owner: string;
    readonly name: string;
    /** Side in CSS pixels. */
    readonly side: number;
    /** A size of the API, `96x96`; undefined is the largest. */
    readonly size?: string | undefined;
    /** The photo's ETag if known; null where the owner has no photo, so that nothing is requested. */
    readonly etag?: string | null | undefined;
    readonly round?: boolean;
    /** Empty where the name stands beside the photo. */
    readonly alt?: string;
}

/** A person's photo; the initials of the name where there is none. */
export function Photo({ owner, name, side, size, etag, round = true, alt = '' }: PhotoProps): JSX.Element {
    const [blob, setBlob] = useState<Blob>();
    const [version, setVersion] = useState(0);
    useEffect(() => onPhotosChanged((owners) => owners.includes(owner) && setVersion((old) => old + 1)), [owner]);
    useEffect(() => {
        if (etag === null) return setBlob(undefined);
        const abort = new AbortController();
        getPhoto({ owner, size, etag: etag ?? undefined, signal: abort.signal }).then(
            (photo) => abort.signal.aborted || setBlob(photo?.blob),
            () => abort.signal.aborted || setBlob(undefined),
        );
        return () => abort.abort();
    }, [owner, size, etag, version]);
    return <Picture blob={blob} name={name} side={side} round={round} alt={alt} />;
}

interface PictureProps {
    readonly blob: Blob | undefined;
    readonly name: string;
    readonly side: number;
    readonly round?: boolean;
    readonly alt?: string;
}

/** A picture from memory; the initials of the name where there is none. */
export function Picture({ blob, name, side, round = true, alt = '' }: PictureProps): JSX.Element {
    const url = useBlobUrl(blob);
    const look = `photo ${round ? 'round' : ''}`;
    if (blob && url) return <img class={look} src={url} alt={alt} width={side} height={side} draggable={false} />;
    const style = { width: `${side}px`, height: `${side}px`, fontSize: `${Math.round(side * 0.38)}px` };
    const label = alt ? ({ role: 'img', 'aria-label': alt } as const) : { 'aria-hidden': true };
    return (
        <span class={`${look} initials tone-${toneOf(name)}`} style={style} {...label}>
            {initialsOf(name)}
        </span>
    );
}

/** The first letters of the first and the last word. */
export function initialsOf(name: string): string {
    const words = name.split(/[\s,.@]+/).filter((word) => /\p{L}|\p{N}/u.test(word));
    const ends = words.length > 1 ? [words[0]!, words[words.length - 1]!] : words;
    return ends.map((word) => [...word][0]!.toLocaleUpperCase()).join('');
}

const toneOf = (name: string): number => [...name].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % 6;
