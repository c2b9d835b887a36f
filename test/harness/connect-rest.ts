import { setTimeout as sleep } from 'node:timers/promises';

/** Kafka Connect as an operator's curl reaches it, independent of the product's client. */
export class ConnectRest {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url.replace(/\/$/, '');
  }

  async request(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const answer = await fetch(`${this.#url}${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await answer.text();
      // A rebalance is going on.
      if (answer.status !== 409 || performance.now() > deadline) return { status: answer.status, text };
      await sleep(500);
    }
  }

  async demand(method: string, path: string, body?: unknown): Promise<string> {
    const { status, text } = await this.request(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  }

  async state(connector: string): Promise<string> {
    const { status, text } = await this.request('GET', `/connectors/${connector}/status`);
    if (status !== 200) return `status ${status}`;
    const parsed: unknown = JSON.parse(text);
    return JSON.stringify(parsed);
  }

  /** What a person does who throws a connector's position away. */
  async loseOffsets(connector: string, whileStopped: () => Promise<void>): Promise<void> {
    await this.demand('PUT', `/connectors/${connector}/stop`);
    await this.#waitUntilStopped(connector);
    await whileStopped();
    await this.demand('DELETE', `/connectors/${connector}/offsets`);
    await this.demand('PUT', `/connectors/${connector}/resume`);
  }

  async remove(connector: string): Promise<void> {
    await this.request('DELETE', `/connectors/${connector}`);
  }

  /** The connector is told to be stopped before its task is; until the task is gone it goes on capturing. */
  async #waitUntilStopped(connector: string): Promise<void> {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const status = await this.state(connector);
      if (status.includes('"state":"STOPPED"') && status.includes('"tasks":[]')) return;
      if (performance.now() > deadline) throw new Error(`${connector} did not stop: ${status}`);
      await sleep(200);
    }
  }
}
