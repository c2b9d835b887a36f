const requestMs = 3_000;

/** The body of an address that answers with success; throws with the reason otherwise. */
export async function httpAnswer(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]) });
  const body = await response.text();
  if (response.ok) return body;
  throw new Error(`${url} answers ${response.status}: ${body.slice(0, 200)}`);
}
