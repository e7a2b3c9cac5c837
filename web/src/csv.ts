// CSV (RFC 4180) that is safe in a spreadsheet, and files that the page gives to the browser.

/** A cell that a spreadsheet would take for a formula is preceded by an apostrophe, as in the server's own CSV. */
export function csvCell(text: string): string {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvOf = (rows: readonly (readonly string[])[]): Blob =>
    new Blob(rows.map((row) => `${row.map(csvCell).join(',')}\r\n`), { type: 'text/csv;charset=utf-8' });

/** Characters that some file system refuses become `_`. */
export const safeFileName = (name: string): string => name.replace(/[\u0000-\u001f"*/:<>?\\|]/g, '_').slice(0, 100);

export function saveFile(name: string, content: Blob): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser reads it after this call
}
