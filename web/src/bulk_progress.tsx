// The head of the view "Many at once": what is about to be stored, how far it is, and the report.
import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { countKinds, reportOf, type Job, type Kind } from './bulk_job.ts';
import { UndoRun } from './bulk_runs.tsx';
import type { Uploads, UploadState } from './bulk_upload.ts';
import { safeFileName, saveFile } from './csv.ts';
import { formatNumber, t, type Key } from './text.ts';
import { setJob } from './bulk_job.ts';
import { Button, Notice, Progress } from './ui.tsx';

const count = (job: Job, ...of: Kind[]): number => {
    const counts = countKinds(job.items);
    return of.reduce((sum, kind) => sum + (counts.get(kind) ?? 0), 0);
};

/** Before anything is written. */
export function BulkStart({ job }: { job: Job }): JSX.Element {
    const [name, setName] = useState(() => nameOf(job));
    const field = useId();
    const ready = count(job, 'ready');
    const checked = job.items.filter(({ verdict }) => verdict).length;
    const start = (event: Event): void => {
        event.preventDefault();
        void job.start(name.trim());
    };
    return (
        <form class="card bulk-head" onSubmit={start}>
            <Summary job={job} />
            <Pattern job={job} />
            {!job.checked && (
                <div class="section">
                    <span>{t('bulk.checking', { done: checked, n: job.items.length })}</span>
                    <Progress share={checked / job.items.length} label={t('bulk.checkingLabel')} />
                </div>
            )}
            <div class="bulk-start">
                <span class="filter-field">
                    <label for={field}>{t('bulk.runName')}</label>
                    <input id={field} value={name} maxLength={200} required onInput={(event) => setName(event.currentTarget.value)} />
                </span>
                <Button type="submit" look="primary" disabled={!job.checked || ready === 0 || job.starting || !name.trim()}>
                    {t('bulk.start', { n: ready })}
                </Button>
                <Button onClick={() => setJob(undefined)}>{t('bulk.other')}</Button>
            </div>
            <p role="status" class={job.checked ? 'muted' : 'hidden-text'}>
                {job.checked && t('bulk.checked', { n: ready })}
            </p>
        </form>
    );
}

const nameOf = ({ source }: Job): string => `${source.name || t('bulk.photos')} ${new Date().toISOString().slice(0, 10)}`.slice(0, 200);

function Summary({ job }: { job: Job }): JSX.Element {
    const { name, files, ignored } = job.source;
    return (
        <div class="section">
            <h2>{name || t('bulk.files', { n: files.length })}</h2>
            <p class="muted">
                {t('bulk.pictures', { n: files.length })}
                {ignored > 0 && ` ${t('bulk.ignored', { n: ignored })}`}
            </p>
        </div>
    );
}

const properties = [
    ['upn', 'bulk.byUpn'],
    ['mail', 'bulk.byMail'],
    ['id', 'bulk.byId'],
    ['displayName', 'bulk.byName'],
    ['{givenName}.{surname}', 'bulk.byNames'],
] as const;

/** What the file names hold. A pattern of one's own takes effect when the field is left, or by Enter. */
function Pattern({ job }: { job: Job }): JSX.Element {
    const [own, setOwn] = useState(false);
    const [text, setText] = useState('{givenName}_{surname}');
    const ids = { property: useId(), text: useId(), hint: useId() };
    const choose = (value: string): void => {
        setOwn(value === 'own');
        job.matchBy(value === 'own' ? text : value);
    };
    const apply = (): void => {
        if (text.trim() && text !== job.pattern) job.matchBy(text.trim());
    };
    return (
        <div class="bulk-start">
            <span class="filter-field">
                <label for={ids.property}>{t('bulk.match')}</label>
                <select id={ids.property} onChange={(event) => choose(event.currentTarget.value)}>
                    {properties.map(([value, key]) => (
                        <option key={value} value={value}>
                            {t(key)}
                        </option>
                    ))}
                    <option value="own">{t('bulk.byPattern')}</option>
                </select>
            </span>
            {own && (
                <span class="filter-field">
                    <label for={ids.text}>{t('bulk.pattern')}</label>
                    <input
                        id={ids.text}
                        value={text}
                        spellcheck={false}
                        aria-describedby={ids.hint}
                        onInput={(event) => setText(event.currentTarget.value)}
                        onBlur={apply}
                        onKeyDown={(event) => {
                            if (event.key !== 'Enter') return;
                            event.preventDefault(); // it would start the run
                            apply();
                        }}
                    />
                    <span id={ids.hint} class="muted">{t('bulk.patternHint')}</span>
                </span>
            )}
        </div>
    );
}

const stateTexts: { readonly [state in UploadState]: Key } = {
    running: 'bulk.running', waiting: 'bulk.waiting', paused: 'bulk.paused', cancelled: 'bulk.cancelled', done: 'bulk.done',
};

export function BulkRunning({ job, uploads }: { job: Job; uploads: Uploads }): JSX.Element {
    const { state, done, rate, trouble } = uploads;
    const all = uploads.tasks.length;
    const title = useFocus();
    return (
        <section class="card bulk-head">
            <h2 ref={title} tabIndex={-1}>
                {job.run!.name}
            </h2>
            <Progress share={all ? done / all : 1} label={t('bulk.progress')} />
            <p class="bulk-figures">
                <span>{t('bulk.stored', { done, n: all })}</span>
                {state === 'running' && rate > 0 && (
                    <span class="muted">
                        {t('bulk.rate', { rate: rate >= 10 ? Math.round(rate) : formatNumber(Math.round(rate * 10) / 10) })}, {remaining((all - done) / rate)}
                    </span>
                )}
            </p>
            <p role="status" class={state === 'running' ? 'muted' : 'warning-text'}>
                {t(stateTexts[state])}
            </p>
            {trouble && <Notice kind="error">{trouble}</Notice>}
            <div class="actions">
                {state === 'paused' ? (
                    <Button look="primary" onClick={() => uploads.resume()}>
                        {t('bulk.resume')}
                    </Button>
                ) : (
                    <Button onClick={() => uploads.pause()}>{t('bulk.pause')}</Button>
                )}
                <Button look="danger" onClick={() => uploads.cancel()}>
                    {t('bulk.stop')}
                </Button>
            </div>
            <p class="muted">{t('bulk.stayOpen')}</p>
        </section>
    );
}

function remaining(seconds: number): string {
    if (seconds < 60) return t('bulk.seconds', { n: Math.max(1, Math.ceil(seconds)) });
    if (seconds < 5400) return t('bulk.minutes', { n: Math.ceil(seconds / 60) });
    return t('bulk.hours', { n: Math.ceil(seconds / 3600) });
}

/** A part that replaces the one with the focus takes it. */
function useFocus() {
    const element = useRef<HTMLHeadingElement>(null);
    useEffect(() => element.current!.focus(), []);
    return element;
}

export function BulkReport({ job, uploads, onNew }: { job: Job; uploads: Uploads; onNew: () => void }): JSX.Element {
    const title = useFocus();
    const stored = count(job, 'stored');
    const left = uploads.tasks.length - uploads.done;
    const facts = [
        { value: stored, key: 'kind.stored' },
        { value: count(job, 'unchanged'), key: 'kind.unchanged' },
        { value: count(job, 'refused'), key: 'kind.refused' },
        { value: count(job, 'unmatched', 'ambiguous', 'duplicate'), key: 'bulk.notMatched' },
        { value: left, key: 'bulk.left' },
    ] as const;
    return (
        <section class="card bulk-head">
            <h2 ref={title} tabIndex={-1}>
                {t(stateTexts[uploads.state])}
            </h2>
            <p class="muted">{job.run!.name}</p>
            <dl class="figures">
                {facts.map(({ value, key }) => (
                    <div>
                        <dt>{t(key)}</dt>
                        <dd>{formatNumber(value)}</dd>
                    </div>
                ))}
            </dl>
            <div class="actions">
                <Button look="primary" onClick={onNew}>
                    {t('bulk.more')}
                </Button>
                <Button onClick={() => saveFile(safeFileName(`${job.run!.name}.csv`), reportOf(job.items))}>{t('bulk.report')}</Button>
                {stored > 0 && <UndoRun run={job.run!} label={t('bulk.undo')} />}
            </div>
        </section>
    );
}
