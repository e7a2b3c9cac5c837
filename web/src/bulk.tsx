// Many photos at once: choose files, see what would happen, store them as a run, undo it.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Account } from './account.ts';
import { BulkChoose } from './bulk_choose.tsx';
import { job, setJob, watchJob, type Job } from './bulk_job.ts';
import { BulkReport, BulkRunning, BulkStart } from './bulk_progress.tsx';
import { BulkRuns } from './bulk_runs.tsx';
import { BulkTable } from './bulk_table.tsx';
import { Heading } from './heading.tsx';
import { t } from './text.ts';
import { Button, Notice } from './ui.tsx';

export default function Bulk({ account: _account }: { account: Account }): JSX.Element {
    const current = useJob();
    return (
        <div class="bulk">
            <Heading>{t('bulk.title')}</Heading>
            {current && current.items.length > 0 ? <Work job={current} /> : <Begin empty={current} />}
            {!current?.busy && <BulkRuns key={String(current?.finished)} />}
        </div>
    );
}

/** Draws again whenever the job changes. */
function useJob(): Job | undefined {
    const [, setVersion] = useState(0);
    const draw = (): void => setVersion((old) => old + 1);
    useEffect(() => watchJob(draw), []);
    const current = job();
    useEffect(() => current?.listen(draw), [current]);
    return current;
}

function Begin({ empty }: { empty: Job | undefined }): JSX.Element {
    return (
        <>
            <p class="lead">{t('bulk.intro')}</p>
            {empty && <Notice kind="warning">{t('bulk.noPictures', { n: empty.source.ignored })}</Notice>}
            <BulkChoose />
        </>
    );
}

function Work({ job: current }: { job: Job }): JSX.Element {
    return (
        <>
            {current.failure && (
                <Notice kind="error">
                    <span>{current.failure}</span>
                    {!current.uploads && <Button onClick={() => current.retry()}>{t('common.again')}</Button>}
                </Notice>
            )}
            {!current.uploads && <BulkStart job={current} />}
            {current.busy && <BulkRunning job={current} uploads={current.uploads!} />}
            {current.finished && <BulkReport job={current} uploads={current.uploads!} onNew={() => setJob(undefined)} />}
            <BulkTable job={current} />
        </>
    );
}
