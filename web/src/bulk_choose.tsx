// Where files come into the view: drop a folder anywhere, or choose a folder or files.
import type { JSX, TargetedEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { readChosen, readDrop, type Source } from './bulk_files.ts';
import { Job, setJob } from './bulk_job.ts';
import { messageOf } from './errors.ts';
import { Icon } from './icons.tsx';
import { t } from './text.ts';
import { Button, Notice } from './ui.tsx';

export function BulkChoose(): JSX.Element {
    const [busy, setBusy] = useState(false);
    const [failure, setFailure] = useState<string>();
    const open = (source: Promise<Source>): void => {
        setBusy(true);
        source.then(
            (read) => setJob(new Job(read)),
            (error: unknown) => {
                setBusy(false);
                setFailure(messageOf(error));
            },
        );
    };
    const over = useFolderDrop(open);
    return (
        <section class={`card drop-zone ${over ? 'over' : ''}`}>
            <Icon name="folder" />
            <p class="drop-title">{t(busy ? 'bulk.reading' : 'bulk.drop')}</p>
            <p class="muted">{t('bulk.dropHint')}</p>
            {failure && <Notice kind="error">{failure}</Notice>}
            <div class="actions">
                <Chooser look="primary" label={t('bulk.chooseFolder')} folder onChoose={open} />
                <Chooser label={t('bulk.chooseFiles')} onChoose={open} />
            </div>
        </section>
    );
}

interface ChooserProps {
    readonly label: string;
    readonly look?: 'primary';
    readonly folder?: boolean;
    readonly onChoose: (source: Promise<Source>) => void;
}

function Chooser({ label, look, folder, onChoose }: ChooserProps): JSX.Element {
    const input = useRef<HTMLInputElement>(null);
    const chosen = ({ currentTarget: field }: TargetedEvent<HTMLInputElement>): void => {
        const files = [...(field.files ?? [])];
        field.value = ''; // so that the same folder can be chosen again
        if (files.length > 0) onChoose(Promise.resolve(readChosen(files)));
    };
    return (
        <span>
            <input ref={input} type="file" hidden multiple onChange={chosen} {...(folder ? { webkitdirectory: true } : {})} />
            <Button {...(look ? { look } : {})} onClick={() => input.current!.click()}>
                {label}
            </Button>
        </span>
    );
}

/** Whether files are over the page. */
function useFolderDrop(open: (source: Promise<Source>) => void): boolean {
    const [over, setOver] = useState(false);
    const latest = useRef(open);
    latest.current = open;
    useEffect(() => {
        const end = new AbortController();
        const { signal } = end;
        const files = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;
        document.addEventListener('dragover', (event) => {
            if (!files(event)) return;
            event.preventDefault();
            setOver(true);
        }, { signal });
        document.addEventListener('dragleave', (event) => event.relatedTarget || setOver(false), { signal });
        document.addEventListener('drop', (event) => {
            if (!files(event)) return;
            event.preventDefault();
            setOver(false);
            latest.current(readDrop(event.dataTransfer!));
        }, { signal });
        return () => end.abort();
    }, []);
    return over;
}
