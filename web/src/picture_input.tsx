// How a picture comes into the page: file dialog, camera, drop and paste anywhere on the page.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { acceptedTypes } from './picture.ts';
import { t } from './text.ts';
import { Button } from './ui.tsx';

type OnFile = (file: File) => void;

interface Props {
    /** The words of the button. */
    readonly label: string;
    readonly disabled: boolean;
    readonly onFile: OnFile;
}

/** Buttons for the file dialog and, on a touch screen, the camera. */
export const PictureButtons = ({ label, disabled, onFile }: Props): JSX.Element => (
    <>
        <FileButton icon="picture" look="primary" {...{ label, disabled, onFile }} />
        <FileButton icon="camera" label={t('edit.camera')} capture="user" {...{ disabled, onFile }} />
    </>
);

/** Takes pictures that are dropped or pasted anywhere on the page while it is mounted. */
export function PictureDrop({ onFile }: { onFile: OnFile }): JSX.Element | null {
    const over = useDrop(onFile);
    usePaste(onFile);
    if (!over) return null;
    return (
        <div class="drop-cover" aria-hidden="true">
            <span>{t('edit.drop')}</span>
        </div>
    );
}

interface FileButtonProps extends Props {
    readonly icon: 'picture' | 'camera';
    readonly look?: 'primary';
    readonly capture?: 'user';
}

/** A button in place of the browser's own file field, which cannot be styled. */
function FileButton({ icon, label, disabled, look, capture, onFile }: FileButtonProps): JSX.Element {
    const input = useRef<HTMLInputElement>(null);
    const chosen = (): void => {
        const field = input.current!;
        const file = field.files?.[0];
        field.value = ''; // so that the same file can be chosen again
        if (file) onFile(file);
    };
    return (
        <span class={capture ? 'camera-only' : ''}>
            <input ref={input} type="file" hidden accept={acceptedTypes} capture={capture} onChange={chosen} />
            <Button {...(look ? { look } : {})} disabled={disabled} onClick={() => input.current!.click()}>
                <Icon name={icon} />
                {label}
            </Button>
        </span>
    );
}

const fileOf = (data: DataTransfer | null): File | undefined => data?.files[0];

/** Whether a file is over the page. A drop never leaves the page for the file. */
function useDrop(onFile: (file: File) => void): boolean {
    const [over, setOver] = useState(false);
    useListener('dragover', (event: DragEvent) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
    });
    useListener('dragleave', (event: DragEvent) => {
        if (!event.relatedTarget) setOver(false);
    });
    useListener('drop', (event: DragEvent) => {
        event.preventDefault();
        setOver(false);
        const file = fileOf(event.dataTransfer);
        if (file) onFile(file);
    });
    return over;
}

function usePaste(onFile: (file: File) => void): void {
    useListener('paste', (event: ClipboardEvent) => {
        const file = fileOf(event.clipboardData);
        if (!file) return; // text, for the field that has the focus
        event.preventDefault();
        onFile(file);
    });
}

function useListener<Name extends keyof DocumentEventMap>(name: Name, listen: (event: DocumentEventMap[Name]) => void): void {
    const latest = useRef(listen);
    latest.current = listen;
    useEffect(() => {
        const call = (event: DocumentEventMap[Name]): void => latest.current(event);
        document.addEventListener(name, call);
        return () => document.removeEventListener(name, call);
    }, [name]);
}
