import type { Backend } from '../../backend/backend';
import type { CredentialRow } from '../../backend/types';
import { t } from '../../texts/en';

/** The list of records as the whole window sees it, and instant search over it. */
export class Rows {
  all = $state.raw<CredentialRow[]>([]);
  /** False until the first list has arrived. */
  loaded = $state(false);
  readonly #backend: Backend;
  #haystacks = new Map<string, string>();
  #generation = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async reload(): Promise<void> {
    const generation = ++this.#generation;
    const rows = await this.#backend.credentialList();
    // The vault may have been locked, or a newer list asked for, while this one was on its way.
    if (generation === this.#generation) this.#take(rows);
  }
  /** Puts one changed record in its place without asking for the whole list. */
  put(row: CredentialRow): void {
    const others = this.all.filter((other) => other.id !== row.id);
    const name = row.name.toLocaleLowerCase();
    const at = others.findIndex((other) => other.name.toLocaleLowerCase() > name);
    this.#take(at < 0 ? [...others, row] : [...others.slice(0, at), row, ...others.slice(at)]);
  }
  remove(id: string): void {
    this.#take(this.all.filter((row) => row.id !== id));
  }
  clear(): void {
    this.#generation += 1;
    this.all = [];
    this.loaded = false;
    this.#haystacks = new Map();
  }
  byId(id: string): CredentialRow | undefined {
    return this.all.find((row) => row.id === id);
  }
  /** Rows that contain every word of the query, in the order given. */
  search(query: string, among: readonly CredentialRow[] = this.all): CredentialRow[] {
    const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [...among];
    return among.filter((row) => {
      const text = this.#haystack(row);
      return words.every((word) => text.includes(word));
    });
  }

  #take(rows: CredentialRow[]): void {
    this.all = rows;
    this.loaded = true;
    this.#haystacks = new Map();
  }
  #haystack(row: CredentialRow): string {
    let text = this.#haystacks.get(row.id);
    if (text === undefined) {
      text = [row.name, row.description, row.host, row.owner, t.types[row.type], ...row.tags].join('\n').toLocaleLowerCase();
      this.#haystacks.set(row.id, text);
    }
    return text;
  }
}
