// How many people have a photo: numbers that are filters, and a table by department or office.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { getJson } from './api.ts';
import type { Filters } from './people_filters.ts';
import { session } from './session.ts';
import { formatNumber, formatPercent, t } from './text.ts';
import { Button, Loading, Notice, useLoad, type Loaded } from './ui.tsx';

export type By = 'department' | 'officeLocation';

interface Counts {
    readonly people: number;
    readonly withPhoto: number;
    readonly small: number;
}

export interface CoverageRow extends Counts {
    readonly name: string | null;
}

export interface CoverageReply extends Counts {
    readonly value: readonly CoverageRow[];
}

export const readCoverage = (by: By, signal?: AbortSignal): Promise<CoverageReply> =>
    getJson(`cameo/v1/people/coverage?by=${by}`, signal);

/** The last reply is shown while the next one is on its way, so that the list below stays in its place. */
let last: CoverageReply | undefined;
session.listen(() => session.state === 'signedOut' && (last = undefined));

export function useCoverage(): Loaded<CoverageReply> {
    const loaded = useLoad(async (signal) => (last = await readCoverage('department', signal)), []);
    return { ...loaded, data: loaded.data ?? last };
}

interface Props {
    readonly coverage: Loaded<CoverageReply>;
    readonly filters: Filters;
    readonly change: (part: Partial<Filters>) => void;
}

export function Coverage({ coverage, filters, change }: Props): JSX.Element {
    const [open, setOpen] = useState(false);
    const { data, error } = coverage;
    if (error) return <Notice kind="error">{error}</Notice>;
    if (!data) return <div class="tiles" />;
    return (
        <section class="coverage" aria-label={t('coverage.title')}>
            <Tiles data={data} filters={filters} change={change} />
            <details class="card coverage-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
                <summary>{t('coverage.by')}</summary>
                {open && <ByGroup departments={data} filters={filters} change={change} />}
            </details>
        </section>
    );
}

type TilesProps = Omit<Props, 'coverage'> & { readonly data: CoverageReply };

function Tiles({ data: { people, withPhoto, small }, filters: { photo }, change }: TilesProps): JSX.Element {
    const tiles = [
        { value: people, label: t('coverage.people'), photo: undefined },
        { value: withPhoto, label: t('coverage.withPhoto', { share: formatPercent(people ? withPhoto / people : 0) }), photo: 'any' },
        { value: people - withPhoto, label: t('coverage.without'), photo: 'none' },
        { value: small, label: t('coverage.small'), photo: 'small' },
    ] as const;
    return (
        <div class="tiles" role="group" aria-label={t('filter.photo')}>
            {tiles.map((tile) => (
                <button type="button" class="card tile" aria-pressed={photo === tile.photo} onClick={() => change({ photo: tile.photo })}>
                    <span class="tile-value">{formatNumber(tile.value)}</span>
                    <span class="tile-label">{tile.label}</span>
                </button>
            ))}
        </div>
    );
}

function ByGroup({ departments, ...rest }: Omit<Props, 'coverage'> & { departments: CoverageReply }): JSX.Element {
    const [by, setBy] = useState<By>('department');
    const offices = useLoad((signal) => (by === 'officeLocation' ? readCoverage(by, signal) : Promise.resolve(undefined)), [by]);
    const data = by === 'department' ? departments : offices.data;
    return (
        <>
            <div class="segments" role="group" aria-label={t('coverage.by')}>
                {(['department', 'officeLocation'] as const).map((one) => (
                    <Button aria-pressed={one === by} onClick={() => setBy(one)}>
                        {t(one === 'department' ? 'filter.department' : 'filter.office')}
                    </Button>
                ))}
            </div>
            {offices.error && <Notice kind="error">{offices.error}</Notice>}
            {data ? <Table key={by} by={by} rows={data.value} {...rest} /> : <Loading />}
        </>
    );
}

/** The table begins with the largest; the others come with a button. */
const firstRows = 10;

function Table({ by, rows, filters, change }: Omit<Props, 'coverage'> & { by: By; rows: readonly CoverageRow[] }): JSX.Element {
    const [all, setAll] = useState(false);
    const shown = all ? rows : rows.slice(0, firstRows);
    return (
        <>
            <table class="coverage-table">
                <caption class="hidden-text">{t('coverage.caption')}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t(by === 'department' ? 'filter.department' : 'filter.office')}</th>
                        <th scope="col" class="number">{t('coverage.people')}</th>
                        <th scope="col">{t('coverage.column')}</th>
                        <th scope="col" class="number wide-only">{t('coverage.small')}</th>
                    </tr>
                </thead>
                <tbody>
                    {shown.map((row) => (
                        <Row row={row} chosen={filters[by] === (row.name ?? '')} choose={(name) => change({ [by]: name })} />
                    ))}
                </tbody>
            </table>
            {rows.length > shown.length && (
                <Button look="plain" onClick={() => setAll(true)}>
                    {t('coverage.all', { n: rows.length })}
                </Button>
            )}
        </>
    );
}

interface RowProps {
    readonly row: CoverageRow;
    readonly chosen: boolean;
    readonly choose: (name: string | undefined) => void;
}

function Row({ row: { name, people, withPhoto, small }, chosen, choose }: RowProps): JSX.Element {
    const share = people ? withPhoto / people : 0;
    return (
        <tr>
            <th scope="row">
                <button type="button" class="link" aria-pressed={chosen} onClick={() => choose(chosen ? undefined : (name ?? ''))}>
                    {name ?? t('coverage.noName')}
                </button>
            </th>
            <td class="number">{formatNumber(people)}</td>
            <td>
                <span class="share">
                    <span class="share-bar" aria-hidden>
                        <span style={{ inlineSize: `${share * 100}%` }} />
                    </span>
                    <span class="share-text">{formatPercent(share)}</span>
                </span>
            </td>
            <td class="number wide-only">{formatNumber(small)}</td>
        </tr>
    );
}
