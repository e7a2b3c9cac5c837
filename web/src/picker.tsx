// A button that opens a dialog with a list to choose from and a field that narrows it: for lists that are too long for <select>.
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { messageOf } from './errors.ts';
import { Icon } from './icons.tsx';
import { t } from './text.ts';
import { Button, Dialog, Notice } from './ui.tsx';

export interface Option {
    readonly value: string;
    readonly label: string;
    readonly detail?: string;
}

interface Props {
    /** What is chosen: "Department". */
    readonly label: string;
    /** The words of the present choice; undefined where nothing is chosen. */
    readonly chosen: string | undefined;
    /** The words of the choice of nothing: "All departments". */
    readonly all: string;
    /** The options that contain this text, the likeliest first. */
    readonly find: (text: string, signal: AbortSignal) => Promise<readonly Option[]>;
    readonly onChoose: (value: string | undefined) => void;
}

/** The dialog shows this many options. */
const mostShown = 50;

export function Picker(props: Props): JSX.Element {
    const [open, setOpen] = useState(false);
    const { label, chosen, all, onChoose } = props;
    const choose = (value: string | undefined): void => {
        setOpen(false);
        onChoose(value);
    };
    return (
        <>
            <button type="button" class={`button picker ${chosen === undefined ? '' : 'set'}`} aria-haspopup="dialog" onClick={() => setOpen(true)}>
                <span class="picker-label">{label}</span>
                <span class="picker-value">{chosen ?? all}</span>
                <Icon name="down" />
            </button>
            {open && <PickerDialog {...props} onChoose={choose} onClose={() => setOpen(false)} />}
        </>
    );
}

function PickerDialog({ label, chosen, all, find, onChoose, onClose }: Props & { onClose: () => void }): JSX.Element {
    const [text, setText] = useState('');
    const { options, failure } = useOptions(find, text);
    const list = useRef<HTMLUListElement>(null);
    const field = useId();
    const rest = (options?.length ?? 0) - mostShown;
    return (
        <Dialog title={label} onClose={onClose} actions={<Button onClick={onClose}>{t('common.cancel')}</Button>}>
            <label for={field}>{t('picker.search')}</label>
            <input
                id={field}
                type="search"
                value={text}
                autocomplete="off"
                onInput={(event) => setText(event.currentTarget.value)}
                onKeyDown={(event) => event.key === 'ArrowDown' && moveFocus(event, list.current!, -1, 1)}
            />
            {failure && <Notice kind="error">{failure}</Notice>}
            <p role="status" class="muted">
                {options ? t('picker.found', { n: options.length }) : t('common.loading')}
            </p>
            <ul ref={list} class="options" onKeyDown={arrowKeys}>
                {!text && (
                    <li>
                        <button type="button" aria-pressed={chosen === undefined} onClick={() => onChoose(undefined)}>
                            {all}
                        </button>
                    </li>
                )}
                {options?.slice(0, mostShown).map(({ value, label: words, detail }) => (
                    <li key={value}>
                        <button type="button" aria-pressed={words === chosen} onClick={() => onChoose(value)}>
                            <span>{words}</span>
                            {detail && <span class="muted">{detail}</span>}
                        </button>
                    </li>
                ))}
            </ul>
            {rest > 0 && <p class="muted">{t('picker.more', { n: rest })}</p>}
        </Dialog>
    );
}

function useOptions(find: Props['find'], text: string): { options?: readonly Option[]; failure?: string } {
    const [state, setState] = useState<{ options?: readonly Option[]; failure?: string }>({});
    useEffect(() => {
        const abort = new AbortController();
        const load = (): void =>
            void find(text.trim(), abort.signal).then(
                (options) => abort.signal.aborted || setState({ options }),
                (error: unknown) => abort.signal.aborted || setState({ options: [], failure: messageOf(error) }),
            );
        const timer = setTimeout(load, text ? 200 : 0);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [text]);
    return state;
}

function arrowKeys(event: TargetedKeyboardEvent<HTMLUListElement>): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    moveFocus(event, event.currentTarget, buttons.indexOf(document.activeElement as HTMLButtonElement), step);
}

function moveFocus(event: KeyboardEvent, list: HTMLElement, from: number, step: number): void {
    event.preventDefault();
    list.querySelectorAll('button')[from + step]?.focus();
}
