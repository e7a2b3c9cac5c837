// Former runs, and undoing one.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { messageOf } from './errors.ts';
import { Icon } from './icons.tsx';
import { forgetPeople } from './people_list.ts';
import { readRuns, undoRun, type Run, type Undone } from './runs.ts';
import { formatNumber, formatTime, t } from './text.ts';
import { Button, Confirm, Loading, Notice, tell, useLoad } from './ui.tsx';

export function BulkRuns(): JSX.Element {
    const { data: runs, error, reload } = useLoad(readRuns, []);
    return (
        <section class="section">
            <h2>{t('runs.title')}</h2>
            {error && <Notice kind="error">{error}</Notice>}
            {!runs && !error && <Loading />}
            {runs?.length === 0 && <p class="muted">{t('runs.none')}</p>}
            {runs && runs.length > 0 && (
                <ul class="runs">
                    {runs.map((run) => (
                        <li key={run.id} class="card run">
                            <span class="run-text">
                                <span class="run-name">{run.name}</span>
                                <span class="muted">{t('runs.started', { time: formatTime(run.startedDateTime), by: run.startedBy ?? '–' })}</span>
                            </span>
                            <span class="run-count">{t('runs.photos', { n: run.photos })}</span>
                            {run.undoneDateTime ? (
                                <span class="muted">{t('runs.undone', { time: formatTime(run.undoneDateTime) })}</span>
                            ) : run.photos === 0 ? null : (
                                <UndoRun run={run} label={t('runs.undo')} onUndone={reload} />
                            )}
                        </li>
                    ))}
                </ul>
            )}
        </section>
    );
}

interface UndoProps {
    readonly run: Run;
    readonly label: string;
    readonly onUndone?: () => void;
}

/** A button that asks first, and then tells what became of the photos. */
export function UndoRun({ run, label, onUndone }: UndoProps): JSX.Element {
    const [state, setState] = useState<{ asking?: boolean; busy?: boolean; failure?: string; undone?: Undone }>({});
    const undo = async (): Promise<void> => {
        setState({ busy: true });
        try {
            const undone = await undoRun(run.id);
            forgetPeople();
            tell(said(undone));
            setState({ undone });
            onUndone?.();
        } catch (error) {
            setState({ failure: messageOf(error) });
        }
    };
    if (state.undone) return <span class="muted">{said(state.undone)}</span>;
    return (
        <>
            <Button disabled={state.busy ?? false} aria-label={`${label}: ${run.name}`} onClick={() => setState({ asking: true })}>
                <Icon name="undo" />
                {state.busy ? t('runs.undoing') : label}
            </Button>
            {state.failure && <Notice kind="error">{state.failure}</Notice>}
            {state.asking && (
                <Confirm title={t('runs.undoTitle', { name: run.name })} action={t('runs.undo')} danger onConfirm={() => void undo()} onClose={() => setState({})}>
                    <p>{t('runs.undoText')}</p>
                </Confirm>
            )}
        </>
    );
}

const said = ({ restored, removed, kept }: Undone): string =>
    t('runs.undoneCounts', { restored: formatNumber(restored), removed: formatNumber(removed), kept: formatNumber(kept) });
