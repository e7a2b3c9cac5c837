// The files, which person each is for, and what happens or happened to it. Only the rows in the window are in the document.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { baseName } from './bulk_files.ts';
import { countKinds, detailOf, kindOf, kinds, ownerName, type Item, type Job, type Kind } from './bulk_job.ts';
import { hrefOf } from './routes.ts';
import { formatNumber, t } from './text.ts';
import { Button, Photo } from './ui.tsx';
import { useColumns, useRows, type Columns } from './virtual.ts';

const overscan = 4;

/** In a narrow window the cells of a row are below each other. */
const layout = (width: number, rem: number): Columns => ({ columns: width < 44 * rem ? 1 : 2, rowHeight: (width < 44 * rem ? 10 : 4.5) * rem });

export function BulkTable({ job }: { job: Job }): JSX.Element {
    const [filter, setFilter] = useState<Kind>();
    const counts = countKinds(job.items);
    const items = filter ? job.items.filter((item) => kindOf(item) === filter) : job.items;
    return (
        <section class="section bulk-list" aria-label={t('table.title')}>
            <div class="segments" role="group" aria-label={t('table.filter')}>
                <Button aria-pressed={!filter} onClick={() => setFilter(undefined)}>
                    {t('table.all')} <span class="count">{formatNumber(job.items.length)}</span>
                </Button>
                {kinds.map((kind) =>
                    counts.get(kind) || kind === filter ? (
                        <Button key={kind} aria-pressed={kind === filter} onClick={() => setFilter(kind)}>
                            {t(`kind.${kind}`)} <span class="count">{formatNumber(counts.get(kind) ?? 0)}</span>
                        </Button>
                    ) : null,
                )}
            </div>
            <Rows items={items} />
        </section>
    );
}

function Rows({ items }: { items: readonly Item[] }): JSX.Element {
    const body = useRef<HTMLDivElement>(null);
    const { columns, rowHeight } = useColumns(body, layout);
    const { first, last } = useRows(body, items.length, rowHeight, overscan);
    return (
        <div class={`bulk-table card ${columns === 1 ? 'narrow' : ''}`} role="table" aria-label={t('table.title')} aria-rowcount={items.length + 1}>
            <div role="rowgroup">
                <div role="row" class="bulk-row head" aria-rowindex={1}>
                    <span role="columnheader">{t('table.file')}</span>
                    <span role="columnheader">{t('table.person')}</span>
                    <span role="columnheader">{t('table.result')}</span>
                </div>
            </div>
            <div role="rowgroup" ref={body} class="bulk-rows" style={{ blockSize: `${items.length * rowHeight}px` }}>
                {items.slice(first, last).map((item, i) => (
                    <Row key={item.path} item={item} index={first + i} rowHeight={rowHeight} />
                ))}
            </div>
        </div>
    );
}

function Row({ item, index, rowHeight }: { item: Item; index: number; rowHeight: number }): JSX.Element {
    const kind = kindOf(item);
    const detail = detailOf(item);
    const folder = item.path.slice(0, -baseName(item.path).length - 1);
    const owner = item.match?.owner;
    return (
        <div role="row" class="bulk-row" aria-rowindex={index + 2} style={{ insetBlockStart: `${index * rowHeight}px`, blockSize: `${rowHeight}px` }}>
            <span role="cell" class="cell">
                <Thumbnail file={item.file} />
                <span class="cell-text">
                    <span class="cell-line" title={item.path}>
                        <bdi>{baseName(item.path)}</bdi>
                    </span>
                    {folder && (
                        <span class="cell-line muted">
                            <bdi>{folder}</bdi>
                        </span>
                    )}
                </span>
            </span>
            <span role="cell" class="cell">
                {owner && (
                    <>
                        <Photo key={item.task?.outcome?.kind} owner={owner.id} name={ownerName(owner)} side={40} size="48x48" etag={owner.hasPhoto || kind === 'stored' ? undefined : null} />
                        <span class="cell-text">
                            <a class="cell-line" dir="auto" href={hrefOf({ view: 'person', id: owner.id })}>
                                {ownerName(owner)}
                            </a>
                            <span class="cell-line muted">{owner.userPrincipalName}</span>
                        </span>
                    </>
                )}
            </span>
            <span role="cell" class="cell result">
                <span class="cell-text">
                    <span class={`kind ${kind}`}>{kind === 'ready' && owner ? t(owner.hasPhoto ? 'kind.replaces' : 'kind.adds') : t(`kind.${kind}`)}</span>
                    {detail && (
                        <span class="cell-detail muted" title={detail}>
                            {detail}
                        </span>
                    )}
                </span>
            </span>
        </div>
    );
}

const side = 40;

/** The picture itself, small, while its row is in the window; an empty square where the browser cannot show it. */
function Thumbnail({ file }: { file: File }): JSX.Element {
    const canvas = useRef<HTMLCanvasElement>(null);
    useEffect(() => {
        let shown = true;
        const timer = setTimeout(() => void draw(file, () => (shown ? canvas.current : null)), 100);
        return () => {
            shown = false;
            clearTimeout(timer);
        };
    }, [file]);
    const pixels = side * devicePixelRatio;
    return <canvas ref={canvas} class="photo thumbnail" width={pixels} height={pixels} style={{ width: `${side}px`, height: `${side}px` }} aria-hidden="true" />;
}

/** One picture at a time: a phone's picture takes much memory while it is decoded. */
let queue: Promise<void> = Promise.resolve();

function draw(file: File, target: () => HTMLCanvasElement | null): Promise<void> {
    return (queue = queue.then(async () => {
        if (!target()) return;
        const bitmap = await createImageBitmap(file, { resizeWidth: 160, resizeQuality: 'medium' }).catch(() => undefined);
        const canvas = target();
        if (bitmap && canvas) cover(canvas, bitmap);
        bitmap?.close();
    }));
}

function cover(canvas: HTMLCanvasElement, bitmap: ImageBitmap): void {
    const square = Math.min(bitmap.width, bitmap.height);
    const at = [(bitmap.width - square) / 2, (bitmap.height - square) / 2] as const;
    canvas.getContext('2d')?.drawImage(bitmap, ...at, square, square, 0, 0, canvas.width, canvas.height);
}
